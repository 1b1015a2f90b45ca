"""Gates: the minimum of each test metric that a model needs for deployment."""

from collections.abc import Mapping

from pydantic import Field

from foundation.errors import GateFailed
from fraud.metrics.estimates import Estimate
from fraud.metrics.floors import Floors, shortfalls


class Gates(Floors):
    """Minimum of each metric of a trained model on the test split; 0 sets no bar."""

    minimum_recall_at_1pct_fpr: float = Field(default=0.0, ge=0, le=1)


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
