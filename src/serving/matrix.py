"""Matrix: numbers that a model can be given."""

import math

import numpy as np

from fraud.data.arrays import Matrix

# Some models compute in single precision, where what is past 3.4e38 is infinite.
LARGEST_VALUE = 1e30


def is_in_range(matrix: Matrix) -> bool:
    """Say whether every value is finite and small enough to score (a NaN makes this false)."""
    return matrix.size == 0 or bool(np.abs(matrix).max() <= LARGEST_VALUE)


def what_is_wrong(value: float) -> str | None:
    """Say what keeps one number from being scored; None when nothing does."""
    if math.isnan(value):
        return "is NaN"
    if math.isinf(value):
        return "is infinite"
    return f"is {value:g}, beyond ±{LARGEST_VALUE:g}" if abs(value) > LARGEST_VALUE else None
