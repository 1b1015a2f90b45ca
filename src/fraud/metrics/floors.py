"""Floors: the minimum of each metric that a model needs for production."""

from collections.abc import Mapping

from pydantic import Field

from foundation.params import Params
from fraud.metrics.estimates import Estimate
from fraud.metrics.formatting import interval

MINIMUM = "minimum_"


class Floors(Params):
    """Minimum of each metric on the test rows; 0 sets none.

    Accuracy is a lower limit, not evidence: on the reference data, a model that never predicts
    fraud reaches 0.998. Such a model fails on average precision.
    """

    minimum_accuracy: float = Field(default=0.90, ge=0, le=1)
    minimum_average_precision: float = Field(default=0.70, ge=0, le=1)
    minimum_recall_at_1pct_fpr: float = Field(default=0.75, ge=0, le=1)
    minimum_recall_at_01pct_fpr: float = Field(default=0.0, ge=0, le=1)
    minimum_precision: float = Field(default=0.0, ge=0, le=1)
    minimum_recall: float = Field(default=0.0, ge=0, le=1)
    minimum_roc_auc: float = Field(default=0.0, ge=0, le=1)

    @property
    def by_metric(self) -> dict[str, float]:
        """The minimums that are set, by the name of their metric."""
        named = {name: getattr(self, name) for name in Floors.model_fields}
        return {name.removeprefix(MINIMUM): floor for name, floor in named.items() if floor > 0}


def shortfalls(metrics: Mapping[str, Estimate], floors: Mapping[str, float]) -> list[str]:
    """Return a phrase with value and minimum for each metric below its minimum.

    A metric that is missing or NaN is below.
    """
    return [
        f"{name} is {_shown(metrics, name)}, needs {floor:g}"
        for name, floor in floors.items()
        if name not in metrics or not metrics[name].value >= floor
    ]


def _shown(metrics: Mapping[str, Estimate], name: str) -> str:
    return interval(metrics[name], 4) if name in metrics else "not measured"
