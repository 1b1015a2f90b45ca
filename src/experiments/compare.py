"""Compare: which algorithm is best on the same rows and folds, and which are no worse."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from experiments.bench import Judged
from experiments.candidate import Candidate
from experiments.choices import Protocol
from experiments.feature_sets import PLAIN, feature_set_named
from experiments.folded_rows import FoldedRows, FoldScores
from experiments.workshop import Workshop, open_workshop, stage_params
from fraud.algorithms import ALGORITHMS, algorithm_named
from fraud.comparison import PairedComparison, against_best
from fraud.folds import make_folds
from fraud.judging import Rows, judge_scores
from fraud.metrics import Estimate
from fraud.recipe import Imbalance, Recipe

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from experiments.progress import Tell
    from shelf.labelled_splits import Development

STAGE = "compare"

NOTES = {
    "random_forest": "scikit-learn's, on some 256 quantiles a column and 30 % of the rows a tree: "
    "exact splits of all rows would take minutes",
    "neural_network": "a small perceptron (PyTorch) on the CPU",
    "blend": "XGBoost, LightGBM and the neural network: fitted and asked one after another",
}


class CompareParams(Protocol):
    """Which algorithms to compare, each with every imbalance strategy."""

    algorithms: tuple[str, ...] = Field(default=tuple(ALGORITHMS), min_length=1)
    imbalance: tuple[Imbalance, ...] = Field(default=("weights",), min_length=1)
    features: str = PLAIN

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        """Refuse before the data is read what would be refused after."""
        for name in self.algorithms:
            algorithm_named(name)
        feature_set_named(self.features)
        return self


@dataclass(frozen=True)
class Contender:
    """One candidate of a comparison, and how it did."""

    name: str
    candidate: Candidate
    folds: FoldScores
    whole: Judged  # the model of all training rows, stopped and calibrated on validation
    metrics: dict[str, Estimate]
    versus_best: PairedComparison

    @property
    def note(self) -> str:
        return NOTES.get(self.candidate.algorithm, "")

    @property
    def is_as_good_as_the_best(self) -> bool:
        return not self.versus_best.is_distinguishable


@dataclass(frozen=True)
class Comparison:
    """Every contender on the same rows, best first; `run_id` is its run in the tracking server."""

    params: CompareParams
    development: "Development"
    rows: Rows
    contenders: list[Contender]
    began: datetime
    run_id: str | None = None
    tracking_problem: str | None = None

    @property
    def best(self) -> Contender:
        return self.contenders[0]

    def leaderboard(self) -> "pl.DataFrame":
        """One row a contender, best average precision first; intervals of 95 % in words."""
        from experiments.leaderboards import leaderboard_table

        return leaderboard_table(self.contenders)

    @cached_property
    def plots(self) -> "dict[str, Figure]":
        """The leaderboard, and the precision-recall, calibration and cost curves of all."""
        from experiments.comparison_pictures import comparison_plots

        return comparison_plots(self)

    def verdict(self) -> str:
        """Say in one sentence which is best, and how sure that is."""
        from experiments.leaderboards import verdict

        return verdict(self.contenders)


class CompareOutput(BaseModel):
    """What a comparison leaves for whoever reads its execution."""

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


def compare_algorithms(
    *,
    workshop: Workshop | None = None,
    execution_id: str = "interactive",
    on_fit: "Tell | None" = None,
    **params: Any,
) -> Comparison:
    """Compare algorithms on the same folds of the training rows, and record it.

    `params` are those of `params/experiments/compare.yaml`, whose values hold where none is given.
    Each row is scored by a model that never saw it; nothing is chosen on, or looked up in, the
    test split. After an interruption the same call goes on where it stopped. Raises InvalidParams
    for an unknown algorithm, strategy or feature set, NotFound where the data is not there.
    """
    from experiments.comparison_record import recorded
    from experiments.progress import progress

    chosen: CompareParams = stage_params(CompareParams, STAGE, params)
    place = workshop or open_workshop(execution_id)
    began, features = place.execution.now(), feature_set_named(chosen.features)
    development = place.development(chosen, features)
    candidates = named_candidates(chosen)
    folds = make_folds(development.train, chosen.fold_plan)
    folded = FoldedRows(development, features.history, folds)
    with progress("Comparing", on_fit) as told:
        found = folded.judge_and_make(list(candidates.values()), place, chosen, told)
    return recorded(_compared(candidates, folded, found, chosen, began), place)


def finish(comparison: Comparison, workshop: Workshop) -> CompareOutput:
    """Leave the comparison's result in its execution."""
    output = CompareOutput(
        data_digest=comparison.development.manifest.data_digest,
        simulated=comparison.development.manifest.simulated,
        rows=len(comparison.rows.labels),
        frauds=int(comparison.rows.labels.sum()),
        best=comparison.best.name,
        as_good=[each.name for each in comparison.contenders if each.is_as_good_as_the_best],
        metrics={each.name: each.metrics for each in comparison.contenders},
        verdict=comparison.verdict(),
        run_id=comparison.run_id,
        tracking_problem=comparison.tracking_problem,
    )
    return workshop.execution.finish(STAGE, output)


def named_candidates(params: CompareParams) -> dict[str, Candidate]:
    """Every algorithm with every strategy, under the name that people will read."""
    features = feature_set_named(params.features).row_wise
    return {
        _name(algorithm, imbalance): Candidate(
            algorithm=algorithm,
            recipe=Recipe(features=features, imbalance=imbalance),
            seed=params.seed,
        )
        for algorithm in params.algorithms
        for imbalance in params.imbalance
    }


def _name(algorithm: str, imbalance: str) -> str:
    return algorithm if imbalance == "weights" else f"{algorithm}, {imbalance}"


def _compared(
    candidates: dict[str, Candidate],
    folded: FoldedRows,
    found: list[tuple[FoldScores, Judged]],
    params: CompareParams,
    began: datetime,
) -> Comparison:
    rows = folded.validated
    scores = {name: folds.scores for name, (folds, _) in zip(candidates, found, strict=True)}
    versus = against_best(rows.labels, scores, resamples=params.resamples, seed=params.seed)
    contenders = [
        Contender(
            name=name,
            candidate=candidate,
            folds=folds,
            whole=whole,
            metrics=judge_scores(rows, folds.scores, folds.flagged, params),
            versus_best=versus[name],
        )
        for (name, candidate), (folds, whole) in zip(candidates.items(), found, strict=True)
    ]
    contenders.sort(key=lambda each: -each.metrics["average_precision"].value)
    return Comparison(params, folded.development, rows, contenders, began)
