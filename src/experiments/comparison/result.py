"""Result of a comparison: parameters, leaderboard, figures, verdict and output."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from experiments.comparison.contender import Contender
from experiments.evaluation.production_floors import ProductionFloors
from experiments.feature_sets import PLAIN, FeatureSet, FeatureSetName
from experiments.protocol import EvaluationProtocol
from fraud.algorithms import ALGORITHMS, algorithm_named
from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import EvaluationRows, not_measured, small_days
from fraud.model.recipe import Imbalance

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from catalog.labelled_splits import Development


STAGE = "compare"


class CompareParams(EvaluationProtocol):
    """The algorithms to compare, each with every imbalance strategy."""

    algorithms: tuple[str, ...] = Field(default=tuple(ALGORITHMS), min_length=1)
    imbalance: tuple[Imbalance, ...] = Field(default=("weights",), min_length=1)
    features: FeatureSetName = PLAIN

    @model_validator(mode="after")
    def _names_known_algorithms(self) -> Self:
        """Refuse an unknown algorithm before the data is read."""
        for name in self.algorithms:
            algorithm_named(name)
        return self


@dataclass(frozen=True)
class Comparison:
    """Every contender on the same rows, best first; `run_id` is its run in the tracking server."""

    stage: ClassVar[str] = STAGE
    params: CompareParams
    features: FeatureSet
    development: "Development"
    rows: EvaluationRows
    contenders: list[Contender]
    floors: ProductionFloors
    began: datetime
    run_id: str | None = None
    tracking_problem: str | None = None

    @property
    def best(self) -> Contender:
        """The contender with the highest average precision."""
        return self.contenders[0]

    def leaderboard(self) -> "pl.DataFrame":
        """Return one row a contender, best average precision first; 95 % intervals as text."""
        from experiments.comparison.leaderboard import leaderboard_table

        return leaderboard_table(self.contenders)

    @cached_property
    def plots(self) -> "dict[str, Figure]":
        """The leaderboard, and the precision-recall, calibration and cost curves of all.

        Data without an amount has no cost curves.
        """
        from experiments.comparison.plots import comparison_plots

        return comparison_plots(self.rows, self.contenders, self.params.costs)

    def verdict(self) -> str:
        """Return the best contender, its equals, the floors it misses, and what is left out."""
        from experiments.comparison.leaderboard import verdict

        manifest = self.development.manifest
        low = self.floors.warnings(
            self.best.name, self.best.metrics, self.rows.labels, rows="these rows"
        )
        notes = not_measured(manifest.roles, data=manifest.data)
        days = small_days(self.rows, self.params.alerts_per_day)
        return " ".join([verdict(self.contenders), *low, *notes, *days])

    def output(self) -> "CompareOutput":
        """Return the output of the stage."""
        manifest = self.development.manifest
        return CompareOutput(
            data_digest=manifest.data_digest,
            simulated=manifest.simulated,
            rows=len(self.rows.labels),
            frauds=int(self.rows.labels.sum()),
            best=self.best.name,
            as_good=[each.name for each in self.contenders if each.is_as_good_as_the_best],
            metrics={each.name: each.metrics for each in self.contenders},
            verdict=self.verdict(),
            run_id=self.run_id,
            tracking_problem=self.tracking_problem,
        )


class CompareOutput(BaseModel):
    """The output of the stage."""

    model_config = ConfigDict(frozen=True)

    data_digest: str
    simulated: bool
    rows: int
    frauds: int
    best: str
    as_good: list[str]
    metrics: dict[str, dict[str, Estimate]]
    verdict: str
    run_id: str | None
    tracking_problem: str | None
