"""One-sided bootstrap p-values: the larger of the percentile and the studentised, skew-corrected.

The null hypothesis is that the true value is at most zero. Each of the two p-values alone is too
small somewhere, so the larger one counts:

- percentile: the share of the resamples at or below zero (Efron and Tibshirani, "An Introduction to
  the Bootstrap", 1993, chapter 13). Too light where a handful of frauds decide.
- studentised: Student's t of the value in standard errors, with as many degrees of freedom as there
  are rows of the rarer class, less one; it has a tail where no resample fell. Where the resamples
  are skewed downwards, the value is large just when the unlucky frauds happen to be absent: it is
  then lowered by the cubic transformation of Hall, "On the removal of skewness by transformation"
  (Journal of the Royal Statistical Society B, 1992). Positive skewness is not
  corrected: it would raise the value.

With n rows of the rarer class no p-value is below 2^-n: the probability that all of them favour one
of two equal models.
"""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, inf, sqrt

import numpy as np

from fraud.data.arrays import Floats

RESAMPLES_IN_TAIL = 4  # what a level has to hold at least, for a share of resamples to mean much
MOST_RESAMPLES = 1_000_000  # half a minute


@dataclass(frozen=True)
class BootstrapTest:
    """A value, its bootstrap resamples, and the number of rows of the rarer class.

    `least_error` is a lower bound of the standard error, for resamples that show less.
    """

    value: float
    drawn: Floats
    rows: int
    least_error: float = 0.0

    @cached_property
    def standard_error(self) -> float:
        if not np.ptp(self.drawn):
            return 0.0  # where rounding would leave a trace
        # Rows that are drawn from the rows at hand differ less than rows from the world.
        return float(self.drawn.std()) * sqrt(self.rows / self._freedom)

    @cached_property
    def p_value(self) -> float:
        """The larger of the percentile and the studentised p-value; never zero."""
        # One is added to each count, for the rows themselves are a resample too.
        counted = (np.count_nonzero(self.drawn <= 0) + 1) / (len(self.drawn) + 1)
        return float(min(1.0, max(counted, self._studentised(), 2.0**-self.rows)))

    def critical_value(self, level: float) -> float:
        """Return the standard errors above zero that make a p-value of `level`, unskewed."""
        from scipy.special import stdtrit

        least = max(1 / (len(self.drawn) + 1), 2.0**-self.rows)
        return -float(stdtrit(self._freedom, level)) if level >= least else inf

    @property
    def _freedom(self) -> int:
        return max(self.rows - 1, 1)

    def _studentised(self) -> float:
        from scipy.special import stdtr

        error = max(self.standard_error, self.least_error)
        if not error:
            return 0.0 if self.value > 0 else 1.0
        errors = self.value / error
        skewness = min(float(((self.drawn - self.drawn.mean()) ** 3).mean()) / error**3, 0.0)
        lowered = errors + skewness * errors**2 / 3 + skewness**2 * errors**3 / 27 + skewness / 6
        return float(stdtr(self._freedom, -lowered))


def enough_resamples(requested: int, level: float) -> int:
    """Return `requested`, or more where a tail of `level` would hold too few resamples."""
    return max(requested, min(ceil(RESAMPLES_IN_TAIL / level), MOST_RESAMPLES))
