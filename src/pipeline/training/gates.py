"""Gates: the minimum of each test metric that a model needs for deployment."""

from collections.abc import Mapping

from pydantic import Field

from foundation.errors import GateFailed
from foundation.params import Params
from fraud.data.arrays import Labels
from fraud.data.floors import MINIMUM, Floors
from fraud.metrics.estimates import Estimate
from fraud.metrics.floors import floors_on, shortfalls


class Gates(Params):
    """Minimum of each metric on the test split; None is that of the data set's description."""

    minimum_accuracy: float | None = Field(default=None, ge=0, le=1)
    minimum_average_precision: float | None = Field(default=None, ge=0, le=1)
    minimum_recall_at_1pct_fpr: float | None = Field(default=None, ge=0, le=1)
    minimum_recall_at_01pct_fpr: float | None = Field(default=None, ge=0, le=1)
    minimum_precision: float | None = Field(default=None, ge=0, le=1)
    minimum_recall: float | None = Field(default=None, ge=0, le=1)
    minimum_roc_auc: float | None = Field(default=None, ge=0, le=1)
    minimum_times_guessing: float = Field(default=3.0, ge=1)

    def bars(self, described: Floors, labels: Labels) -> dict[str, float]:
        """Return the bars on rows with these labels, by the name of their metric."""
        floors = floors_on(described, labels, times_guessing=self.minimum_times_guessing)
        given = {name.removeprefix(MINIMUM): getattr(self, name) for name in Floors.model_fields}
        chosen = floors | {name: bar for name, bar in given.items() if bar is not None}
        return {name: bar for name, bar in chosen.items() if bar > 0}


def require_bars(
    metrics: Mapping[str, Estimate], bars: Mapping[str, float], *, model_digest: str, evidence: str
) -> None:
    """Raise GateFailed, with every shortfall, for a model that is below a bar.

    `evidence` is the location of metrics and plots, for the message.
    """
    if missed := shortfalls(metrics, bars):
        message = (
            f"Model {model_digest[:12]} is below the bar on the test split: {'; '.join(missed)}. "
            f"It was not deployed; production is unchanged. Plots and metrics are at {evidence}. "
            "Train a better one, or lower the bar: in the description of the data (floors: in "
            "params/data/), or in params/training/evaluate.yaml, and run training anew: an "
            "execution keeps the parameters that it began with."
        )
        raise GateFailed(message)
