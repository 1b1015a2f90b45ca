"""Day metrics: the stored figures of one day's scores, with which later days are compared."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from fraud.data.arrays import Floats, Scores
from fraud.monitoring.inputs.summary import DayInputs

# Almost every score is tiny, so the bins are even in the logarithm up to 0.1 and even in the score
# above. Changing them means another `format`: days are only comparable with the same bins.
EDGES: tuple[float, ...] = (
    0.0,
    *(round(10 ** (-6 + step / 8), 12) for step in range(40)),
    *(round(0.1 + 0.05 * step, 2) for step in range(19)),
)

Count = Annotated[int, Field(ge=0)]


class DayMetrics(BaseModel):
    """The figures of one scored day: `metrics/{date}.json`.

    `inputs` are what the model was given, and `input_sizes` the change of each column in
    thresholds: above 1 it drifted. Records from before have neither. On a
    day without transactions every count, share, amount and average is 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    day: date
    received: Count
    rejected: Count
    transactions: Count  # scored
    average_score: float
    bands: dict[str, Count]
    alerts: Count
    alert_threshold: float
    threshold_note: str = ""  # in words, and whose it is; empty in records from before
    amount: float | None  # of all transactions; None where one has no amount
    alerted_amount: float | None
    histogram: list[Count] = Field(min_length=len(EDGES) - 1, max_length=len(EDGES) - 1)
    model_digest: str
    execution_id: str
    inputs: DayInputs | None = None
    input_sizes: dict[str, float] = {}

    @property
    def high_risk_share(self) -> float:
        return self.bands["high"] / max(self.transactions, 1)

    @property
    def drifted_inputs(self) -> frozenset[str]:
        return frozenset(name for name, size in self.input_sizes.items() if size > 1)

    @property
    def alert_rate(self) -> float:
        return self.alerts / max(self.transactions, 1)


def score_histogram(scores: Scores) -> list[int]:
    """Return the number of scores, from 0 to 1, in each bin between `EDGES`."""
    counts: list[int] = np.histogram(scores, bins=EDGES)[0].tolist()
    return counts


def pooled_histogram(days: Sequence[DayMetrics]) -> Floats:
    """Return the sum of the histograms of the days."""
    counts: Floats = np.array([day.histogram for day in days], dtype=np.float64)
    pooled: Floats = counts.sum(axis=0)
    return pooled
