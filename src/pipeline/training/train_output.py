"""Train output: identity, configuration and validation metrics of the trained model."""

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from fraud.metrics.names import metric_name

if TYPE_CHECKING:
    import polars as pl


class TrainOutput(BaseModel):
    """The trained model: its digests, its configuration, and its metrics on rows left out."""

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
    # Of a bagged model, whose bags learned from most validation rows: on out-of-bag rows.
    out_of_bag: dict[str, float] = Field(default_factory=dict)
    learning_curve: list[float]  # average precision on validation, an iteration each
    # By algorithm, one curve a bag: average precision on the rows that the bag was fitted without.
    learning_curves: dict[str, list[list[float]]] = Field(default_factory=dict)
    best_iterations: list[int | None] = Field(default_factory=list)  # of each bag
    importances: dict[str, float]  # on the rows of `measured_on`
    fit_seconds: float
    simulated: bool
    notes: tuple[str, ...] = ()
    run_id: str | None
    tracking_problem: str | None

    @property
    def measured_on(self) -> str:
        """The rows of metrics, curves and importances: none that the model was fitted on."""
        return "out-of-bag rows" if self.out_of_bag else "validation rows"

    def metric_table(self) -> "pl.DataFrame":
        """Return one row a metric, measured on the rows of `measured_on`."""
        import polars as pl

        measured = self.out_of_bag or self.validation
        values = list(measured.values())
        names = [metric_name(name) for name in measured]
        return pl.DataFrame({"metric": names, f"on {self.measured_on}": values})
