"""Risk bands: the band of each fraud score, and the count of each band."""

from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from fraud.data.arrays import Scores

BANDS = ("high", "medium", "low")


class BandCount(BaseModel):
    """The scores in one band: their number, and their share of all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int
    share: float


class RiskBands(BaseModel):
    """Where bands begin: a score at a bound belongs to the band above it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    high_from: float = Field(default=0.8, ge=0, le=1)
    medium_from: float = Field(default=0.5, ge=0, le=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.medium_from > self.high_from:
            message = f"medium begins at {self.medium_from}, above high at {self.high_from}"
            raise ValueError(message)
        return self

    def of(self, scores: Scores) -> list[str]:
        """Return the band of each score; the scores must be in [0, 1]."""
        places = np.searchsorted([self.medium_from, self.high_from], scores, side="right")
        return [BANDS[2 - place] for place in places.tolist()]

    def of_one(self, score: float) -> str:
        """Return the band of one score, from 0 to 1."""
        return self.of(np.array([score]))[0]

    def counts(self, scores: Scores) -> dict[str, BandCount]:
        """Return the count of each band, high first; the shares of no scores are 0."""
        bands = self.of(scores)
        total = max(len(bands), 1)
        counts = {band: bands.count(band) for band in BANDS}
        return {band: BandCount(count=n, share=n / total) for band, n in counts.items()}
