"""Model specification: algorithm, hyperparameters, recipe and seed of one model."""

from typing import TYPE_CHECKING, Any

from pydantic import Field

from foundation.params import Params
from foundation.progress import OnProgress
from fraud.model.recipe import Recipe

if TYPE_CHECKING:
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import FraudModel


class ModelSpec(Params):
    """Everything that decides a model, except the rows.

    Model specifications are what is compared, tuned and promoted. Hyperparameters that are not
    named keep the algorithm's defaults.
    """

    algorithm: str
    hyperparameters: dict[str, Any] = Field(default_factory=dict)
    recipe: Recipe = Recipe()
    seed: int = Field(default=42, ge=0, lt=2**31)

    def fit(
        self,
        train: "LabelledRows",
        stop: "LabelledRows",
        *,
        threads: int | None = 1,
        on_progress: OnProgress[float] | None = None,
    ) -> "FraudModel":
        """Fit on `train`; `stop` decides early stopping, and calibrates.

        On one thread the model is the same however many processes share the machine. Raises what
        `fraud.model.fraud_model.fit` raises.
        """
        from fraud.model.fraud_model import fit

        return fit(
            self.algorithm,
            self.hyperparameters,
            train,
            stop,
            seed=self.seed,
            recipe=self.recipe,
            threads=threads,
            on_progress=on_progress,
        )

    @staticmethod
    def refitted(model: "FraudModel", train: "LabelledRows", stop: "LabelledRows") -> "FraudModel":
        """Return the final model: what `fit` made, fitted to both parts on one thread."""
        from fraud.model.refit import refitted

        return refitted(model, train, stop, threads=1)
