"""Wilson intervals: how far the true share may be from an observed one."""

from statistics import NormalDist

import numpy as np

from fraud.data.arrays import Floats, Integers


def wilson_interval(
    share: Floats, rows: Integers, *, confidence: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the low and the high end of the score interval of each share of `rows`, at least 1.

    It is sound for few rows, and for shares of 0 and 1.

    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927).
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    weight = z * z / rows
    middle = (share + weight / 2) / (1 + weight)
    reach = z * np.sqrt(share * (1 - share) / rows + weight / rows / 4) / (1 + weight)
    return np.maximum(middle - reach, 0), np.minimum(middle + reach, 1)
