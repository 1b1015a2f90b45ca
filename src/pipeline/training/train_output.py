"""Output of the train stage: the model that was trained, and how it did on validation."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class TrainOutput(BaseModel):
    """The model that was trained, and how it did on the validation split."""

    model_config = ConfigDict(frozen=True)

    model_digest: str
    data_digest: str
    algorithm: str
    hyperparameters: dict[str, Any]
    recipe: dict[str, Any] = Field(default_factory=dict)  # what is not as in the plain one
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
