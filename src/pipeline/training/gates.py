"""Gates: the minimum of each test metric that a model needs for deployment."""

from collections.abc import Mapping

from pydantic import Field

from foundation.errors import GateFailed
from foundation.params import Params
from fraud.metrics.estimates import Estimate
from fraud.metrics.formatting import interval

MINIMUM = "minimum_"


class Gates(Params):
    """Minimum of each metric on the test split; 0 sets no bar.

    Accuracy is a lower limit, not evidence: on the reference data, a model that never predicts
    fraud reaches 0.998. Such a model fails on average precision.
    """

    minimum_accuracy: float = Field(default=0.90, ge=0, le=1)
    minimum_average_precision: float = Field(default=0.70, ge=0, le=1)
    minimum_recall_at_1pct_fpr: float = Field(default=0.0, ge=0, le=1)
    minimum_recall_at_01pct_fpr: float = Field(default=0.0, ge=0, le=1)
    minimum_precision: float = Field(default=0.0, ge=0, le=1)
    minimum_recall: float = Field(default=0.0, ge=0, le=1)
    minimum_roc_auc: float = Field(default=0.0, ge=0, le=1)

    @property
    def bars(self) -> dict[str, float]:
        """The bars that were set, by the name of their metric."""
        named = {name: getattr(self, name) for name in Gates.model_fields}
        return {name.removeprefix(MINIMUM): bar for name, bar in named.items() if bar > 0}


def shortfalls(metrics: Mapping[str, Estimate], bars: Mapping[str, float]) -> list[str]:
    """Return a phrase with value and bar for each metric below its bar."""
    return [
        f"{name} is {interval(metrics[name])}, needs {bar:g}"
        for name, bar in bars.items()
        if not metrics[name].value >= bar  # a NaN reaches no bar
    ]


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
            "Train a better one, or lower the bar in params/training/evaluate.yaml and run "
            "training anew: an execution keeps the parameters that it began with."
        )
        raise GateFailed(message)
