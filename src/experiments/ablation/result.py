"""Result of an ablation: parameters, table, figures, verdict and output."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from experiments.evaluation.cross_validation import OutOfFoldScores
from experiments.evaluation.fitting import FitResult
from experiments.evaluation.model_spec import ModelSpec
from experiments.feature_sets import PLAIN, PLAIN_SET, FeatureSet, feature_sets
from experiments.protocol import EvaluationProtocol
from fraud.algorithms import algorithm_named
from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import COST, EvaluationRows, not_measured
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name
from fraud.significance.paired_comparison import PairedComparison

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from catalog.prepared_data import Manifest

STAGE = "features"
AVERAGE_PRECISION = "average_precision"


class FeaturesParams(EvaluationProtocol):
    """The feature sets, and the algorithm that they are evaluated with."""

    algorithm: str = "xgboost"
    feature_sets: dict[str, list[str | dict[str, Any]]] = Field(min_length=1)

    @model_validator(mode="after")
    def _are_valid(self) -> Self:
        algorithm_named(self.algorithm)
        sets = feature_sets(self.feature_sets)
        if sets.get(PLAIN) != PLAIN_SET:
            message = f"a set called {PLAIN}, without steps, is what the others are compared with"
            raise ValueError(message)
        return self


@dataclass(frozen=True)
class FeatureSetResult:
    """One feature set, and the difference that it makes to the plain one."""

    features: FeatureSet
    spec: ModelSpec
    out_of_fold: OutOfFoldScores
    final_fit: FitResult
    metrics: dict[str, Estimate]
    added: PairedComparison


@dataclass(frozen=True)
class Ablation:
    """Every set on the same rows and folds, the plain one first; `skipped` maps sets to reasons."""

    stage: ClassVar[str] = STAGE
    params: FeaturesParams
    manifest: "Manifest"
    rows: EvaluationRows
    results: list[FeatureSetResult]
    skipped: dict[str, str]
    began: datetime
    run_id: str | None = None
    tracking_problem: str | None = None

    def table(self) -> "pl.DataFrame":
        """Return one row a set: its average precision, the difference, and whether it is chance."""
        import polars as pl

        rows = [_row(result) for result in self.results]
        skipped = [
            {**dict.fromkeys(rows[0], ""), "feature set": name, "steps": f"skipped: {why}"}
            for name, why in self.skipped.items()
        ]
        return pl.DataFrame([*rows, *skipped])

    def verdict(self) -> str:
        """Return the set that adds most, whether that is beyond chance, and what is left out."""
        notes = not_measured(self.manifest.roles, data=self.manifest.data)
        return " ".join([self._best(), *notes])

    def _best(self) -> str:
        others = [each for each in self.results if each.features.name != PLAIN]
        if not others:
            return "There was no set to compare with the plain rows."
        best = max(others, key=lambda each: each.added.difference.value)
        helps = best.added.is_distinguishable and best.added.difference.value > 0
        sentence = f"{best.features.name} does best beside {PLAIN}: {best.added.sentence}"
        return sentence if helps else f"No set is surely better than {PLAIN}; {sentence}"

    @cached_property
    def plots(self) -> "dict[str, Figure]":
        """The figures, by name."""
        from plots.comparison_plots import difference_plot

        gaps = {each.features.name: each.added.difference for each in self.results[1:]}
        return {"added": difference_plot(gaps, PLAIN, AVERAGE_PRECISION)} if gaps else {}

    def output(self) -> "FeaturesOutput":
        """Return the output of the stage."""
        return FeaturesOutput(
            data_digest=self.manifest.data_digest,
            simulated=self.manifest.simulated,
            metrics={each.features.name: each.metrics for each in self.results},
            added={each.features.name: each.added.difference for each in self.results},
            skipped=self.skipped,
            verdict=self.verdict(),
            run_id=self.run_id,
            tracking_problem=self.tracking_problem,
        )


class FeaturesOutput(BaseModel):
    """The output of the stage."""

    model_config = ConfigDict(frozen=True)

    data_digest: str
    simulated: bool
    metrics: dict[str, dict[str, Estimate]]
    added: dict[str, Estimate]
    skipped: dict[str, str]
    verdict: str
    run_id: str | None
    tracking_problem: str | None


def _row(result: FeatureSetResult) -> dict[str, str]:
    gap = result.added.difference
    is_plain = result.features.name == PLAIN
    cost = {metric_name(COST): interval(each, 1) for n, each in result.metrics.items() if n == COST}
    return {
        "feature set": result.features.name,
        "steps": step_names(result.features) or "the columns as they are",
        metric_name(AVERAGE_PRECISION): interval(result.metrics[AVERAGE_PRECISION]),
        "adds": "" if is_plain else f"{gap.value:+.3f} ({gap.low:+.3f} to {gap.high:+.3f})",
        "beyond chance": "" if is_plain else ("yes" if result.added.is_distinguishable else "no"),
        **cost,
    }


def step_names(features: FeatureSet) -> str:
    """Return the names of the steps of a set, in order."""
    names: Sequence[str] = [step.name for step in (*features.row_wise, *features.history)]
    return ", ".join(names)
