"""Result of a comparison: its parameters, leaderboard, verdict and output."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from experiments.comparison.contender import Contender
from experiments.feature_sets import PLAIN, FeatureSet, FeatureSetName
from experiments.protocol import EvaluationProtocol
from fraud.algorithms import ALGORITHMS, algorithm_named
from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import EvaluationRows
from fraud.model.recipe import Imbalance

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from catalog.labelled_splits import Development


class CompareParams(EvaluationProtocol):
    """Which algorithms to compare, each with every imbalance strategy."""

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

    params: CompareParams
    features: FeatureSet
    development: "Development"
    rows: EvaluationRows
    contenders: list[Contender]
    began: datetime
    run_id: str | None = None
    tracking_problem: str | None = None

    @property
    def best(self) -> Contender:
        return self.contenders[0]

    def leaderboard(self) -> "pl.DataFrame":
        """One row a contender, best average precision first; intervals of 95 % in words."""
        from experiments.comparison.leaderboard import leaderboard_table

        return leaderboard_table(self.contenders)

    @cached_property
    def plots(self) -> "dict[str, Figure]":
        """The leaderboard, and the precision-recall, calibration and cost curves of all."""
        from experiments.comparison.plots import comparison_plots

        return comparison_plots(self.rows, self.contenders, self.params.costs)

    def verdict(self) -> str:
        """Say in one sentence which is best, and how sure that is."""
        from experiments.comparison.leaderboard import verdict

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
