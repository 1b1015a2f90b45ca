"""Training config: which algorithm to train and how, from production or from this project."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from foundation.digests import digest_of_json
from foundation.executions import Execution, Record, uri
from foundation.locations import PRODUCTION_CONFIG
from foundation.production_config import read_production_config

if TYPE_CHECKING:
    from pipeline.train import TrainParams


class TrainingConfig(Record):
    """An algorithm with hyperparameters that it accepts, all of them, and where they come from."""

    algorithm: str
    hyperparameters: dict[str, Any]
    seed: int
    decision_threshold: float | None = None
    promotion_id: str | None = None

    @property
    def source(self) -> str:
        return f"production config {self.promotion_id}" if self.promotion_id else "params"

    @property
    def digest(self) -> str:
        """The same for the same model, wherever its configuration was read from."""
        return digest_of_json(self.model_dump(mode="json", exclude={"promotion_id"}))


def chosen_config(execution: Execution, params: "TrainParams") -> TrainingConfig:
    """Take the promoted configuration when there is one and it is wanted, else that of `params`.

    Raises DigestMismatch or InvalidData for a promoted configuration that is not whole, and
    InvalidParams for hyperparameters that the algorithm does not accept: never trains another one
    instead.
    """
    settings = execution.settings
    promoted = read_production_config(execution, settings) if params.use_production_config else None
    if promoted is None:
        return TrainingConfig(
            algorithm=params.algorithm,
            hyperparameters=accepted(
                params.algorithm,
                params.hyperparameters,
                source=f"The hyperparameters of {params.algorithm}",
            ),
            seed=params.seed,
        )
    source = uri(settings.config_bucket, PRODUCTION_CONFIG)
    return TrainingConfig(
        algorithm=promoted.algorithm,
        hyperparameters=accepted(promoted.algorithm, promoted.hyperparameters, source=source),
        seed=params.seed,
        decision_threshold=promoted.decision_threshold,
        promotion_id=promoted.promotion_id,
    )


def accepted(name: str, hyperparameters: Mapping[str, Any], *, source: str) -> dict[str, Any]:
    """Fill in the defaults; InvalidParams for what the algorithm does not accept."""
    from fraud.algorithms import algorithm_named

    chosen = algorithm_named(name).hyperparameters.checked(hyperparameters, source=source)
    whole: dict[str, Any] = chosen.model_dump(mode="json")
    return whole
