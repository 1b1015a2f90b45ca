"""Logarithm of amounts: the same for refunds, which are negative, with the sign kept."""

import numpy as np

from fraud.data.arrays import Matrix


def signed_log(amounts: Matrix) -> Matrix:
    """Return log(1 + |amount|) with the sign of the amount, in the shape of `amounts`.

    NaN stays NaN.
    """
    logged: Matrix = np.copysign(np.log1p(np.abs(amounts)), amounts)
    return logged
