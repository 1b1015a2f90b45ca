"""Evaluation protocol: the data set, the folds and the costs that models are evaluated with."""

from typing import Literal

from pydantic import Field

from catalog.preparation import Preparation
from catalog.prepared_data import Manifest
from foundation.params import Params
from foundation.settings import project_root
from fraud.data.folds import FoldPlan
from fraud.data.splits import BY_TIME, NOT_BY_TIME
from fraud.metrics.costs import Costs


class DataChoice(Params):
    """A data set of `params/data/`, and how its rows are dealt to train, validation and test."""

    data: str = "creditcard"
    method: Literal["stratified", "random", "time"] = "stratified"

    @property
    def preparation(self) -> Preparation:
        """The preparation of the training pipeline, so that results hold for its splits too."""
        file = project_root() / "params" / "training" / "prepare.yaml"
        return Preparation.from_yaml(file, data=self.data, method=self.method)

    def require_described(self, manifest: Manifest) -> None:
        """Raise RoleMissing where the data lacks the time or the amount that is needed."""
        if self.method == "time":
            manifest.roles.require_time(BY_TIME, data=manifest.data, otherwise=NOT_BY_TIME)


class EvaluationProtocol(DataChoice):
    """How models are evaluated: folds, bootstrap, review capacity and costs."""

    folds: int = Field(default=3, ge=2, le=20)
    seed: int = Field(default=42, ge=0, lt=2**31)
    resamples: int = Field(default=1000, ge=1, le=100_000)  # of the bootstrap behind an interval
    alerts_per_day: int = Field(default=100, ge=1)  # review capacity: as many are the riskiest
    review_cost: float = Field(default=10.0, ge=0)  # of one alert, in the data's currency
    workers: int = Field(default=2, ge=1, le=256)  # processes, one thread each
    # Empty: `workers` here; or the address of a Dask scheduler, whose workers fit instead.
    on: str = Field(default="", pattern=r"^$|^(tcp|tls|ws|wss)://")

    @property
    def fold_plan(self) -> FoldPlan:
        """Folds by time when the split is by time, else stratified."""
        method: Literal["stratified", "time"] = "time" if self.method == "time" else "stratified"
        return FoldPlan(method=method, folds=self.folds, seed=self.seed)

    @property
    def costs(self) -> Costs:
        """The costs of alerts and of missed frauds."""
        return Costs(review=self.review_cost)
