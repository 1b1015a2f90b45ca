"""Parameters of a hyperparameter search, and the study that they name."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from catalog.prepared_data import Manifest
from experiments.feature_sets import PLAIN, FeatureSet, FeatureSetName
from experiments.protocol import EvaluationProtocol
from experiments.search.request import StudyRequest
from experiments.search.space import SearchSpace
from foundation.digests import digest_of_json
from foundation.lineage import environment_digest
from foundation.sources import code_digest
from fraud.algorithms import algorithm_named
from fraud.model.recipe import Imbalance, Recipe

BY_COST = "A threshold by cost (threshold_rule: cost)"
BY_CAPACITY = "A threshold by review capacity (threshold_rule: capacity)"
RULES_WITHOUT = "choose another rule: --set tune.threshold_rule=f1, or precision"
NAME_DIGITS = 8
STAGE = "tune"
PRUNE_BELOW = 40.0  # percent: after a fold, a trial among the worst so many is pruned
# The name of a study does not depend on these: where and how long it runs, and what follows it.
NOT_THE_STUDY = {
    "trials", "seconds", "workers", "on", "study", "confirm", "blend", "bags", "calibration",
    "threshold_rule",
    "target_precision", "alerts_per_day", "review_cost", "resamples",
}  # fmt: skip


class TuneParams(EvaluationProtocol):
    """Search space, strategy and budget; the confirmation of the best few, and the threshold rule.

    A budget in trials gives the same winner every time, whatever the number of workers; a budget in
    seconds does not, since its number of trials depends on the machine.
    """

    algorithms: tuple[str, ...] = Field(default=("xgboost", "lightgbm"), min_length=1)
    strategy: Literal["grid", "random", "bayesian"] = "bayesian"
    trials: int = Field(default=40, ge=0)  # 0: no limit but `seconds`
    seconds: int = Field(default=0, ge=0)  # 0: no limit but `trials`
    search_space: dict[str, dict[str, Any]] = Field(default_factory=dict)
    features: FeatureSetName = PLAIN
    imbalance: Imbalance = "weights"
    pruning: bool = True
    confirm: int = Field(default=5, ge=1, le=50)
    blend: bool = True
    bags: int = Field(default=5, ge=1, le=20)
    calibration: Literal["none", "isotonic", "platt"] = "platt"
    threshold_rule: Literal["f1", "cost", "capacity", "precision"] = "cost"
    target_precision: float = Field(default=0.9, gt=0, le=1)
    study: str = Field(default="", pattern=r"^[\w.-]*$")  # empty: named after the request
    batch: int = Field(default=8, ge=1, le=256)  # trials that are suggested together

    @model_validator(mode="after")
    def _can_be_searched(self) -> Self:
        """Refuse when loaded, before an hour of work, what the search cannot do."""
        if not self.trials and not self.seconds:
            message = "the search needs an end: give trials, seconds, or both"
            raise ValueError(message)
        for name in self.algorithms:
            algorithm_named(name)
        self.space()
        return self

    def require_described(self, manifest: Manifest) -> None:
        """Raise RoleMissing also for a threshold rule that needs a time or an amount."""
        super().require_described(manifest)
        roles, data = manifest.roles, manifest.data
        if self.threshold_rule == "cost":
            roles.require_amount(BY_COST, data=data, otherwise=RULES_WITHOUT)
        if self.threshold_rule == "capacity":
            roles.require_time(BY_CAPACITY, data=data, otherwise=RULES_WITHOUT)

    def space(self) -> SearchSpace:
        """Return the search space; InvalidParams for a range that production does not accept."""
        return SearchSpace.over(self.algorithms, self.search_space)

    def recipe(self, features: FeatureSet) -> Recipe:
        """Return the recipe of every trial: uncalibrated, since the search only ranks."""
        return Recipe(features=features.row_wise, imbalance=self.imbalance)

    def request(self, features: FeatureSet, data_digest: str) -> StudyRequest:
        """Return everything that decides the trials: a study is only resumed with the same."""
        fields = {"data", "method", "folds", "features", "imbalance"}
        deciding = {
            **self.model_dump(mode="json", include=fields),
            "steps": features.model_dump(mode="json"),
            "code": code_digest(),
            "environment": environment_digest(),
        }
        return StudyRequest(
            name=self.study or self._name(data_digest, deciding),
            seed=self.seed,
            strategy=self.strategy,
            search_space=self.space(),
            trials=self.trials or None,
            batch_size=self.batch,
            prune_below=PRUNE_BELOW if self.pruning else None,
            data_digest=data_digest,
            facts=deciding,
        )

    def _name(self, data_digest: str, deciding: dict[str, Any]) -> str:
        """Return the same name for the same request, so that it resumes its study."""
        names = self.space().algorithms  # in one order, however they were named
        request = self.model_dump(mode="json", exclude=NOT_THE_STUDY) | {"algorithms": list(names)}
        digest = digest_of_json([data_digest, request, deciding])
        return f"{self.data}-{'-'.join(names)}-{self.strategy}-{digest[:NAME_DIGITS]}"
