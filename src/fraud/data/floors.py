"""Floors: the minimum of each metric that a model of one data set needs for production."""

from pydantic import Field

from foundation.params import Params

MINIMUM = "minimum_"


class Floors(Params):
    """Minimum of each metric on the test rows; 0 sets none.

    Accuracy is a lower limit, not evidence: on the reference data, a model that never predicts
    fraud reaches 0.998. Such a model fails on average precision.
    """

    minimum_accuracy: float = Field(default=0.0, ge=0, le=1)
    minimum_average_precision: float = Field(default=0.0, ge=0, le=1)
    minimum_recall_at_1pct_fpr: float = Field(default=0.0, ge=0, le=1)
    minimum_recall_at_01pct_fpr: float = Field(default=0.0, ge=0, le=1)
    minimum_precision: float = Field(default=0.0, ge=0, le=1)
    minimum_recall: float = Field(default=0.0, ge=0, le=1)
    minimum_roc_auc: float = Field(default=0.0, ge=0, le=1)

    @property
    def by_metric(self) -> dict[str, float]:
        """The minimums that are set, by the name of their metric."""
        return {name.removeprefix(MINIMUM): floor for name, floor in self if floor > 0}
