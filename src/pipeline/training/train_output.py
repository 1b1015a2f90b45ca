"""Train output: identity, configuration and validation metrics of the trained model."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class TrainOutput(BaseModel):
    """The trained model: its digests, its configuration, and its metrics on validation."""

    model_config = ConfigDict(frozen=True)

    model_digest: str
    data_digest: str
    algorithm: str
    hyperparameters: dict[str, Any]
    recipe: dict[str, Any] = Field(default_factory=dict)  # where it differs from the plain recipe
    seed: int
    source: str  # "params", or "production config" and its promotion id
    promotion_id: str | None
    threshold: float
    best_iteration: int | None
    validation: dict[str, float]
    learning_curve: list[float]  # average precision on validation, an iteration each
    importances: dict[str, float]
    fit_seconds: float
    simulated: bool
    run_id: str | None
    tracking_problem: str | None
