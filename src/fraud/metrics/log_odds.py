"""Log-odds: probabilities on the scale on which evidence adds up, and back."""

import numpy as np

from fraud.data.arrays import Floats

# Nearer to 0 or 1 log-odds are only noise: below it, 1 - probability no longer differs from 1.
NEAREST = 1e-15


def log_odds(probabilities: Floats, *, nearest: float = NEAREST) -> Floats:
    """Return log(p / (1 - p)) of each probability (the logit), of any shape.

    Probabilities nearer than `nearest` to 0 or 1 count as that near, so that the result is finite.
    """
    inside = np.clip(probabilities, nearest, 1 - nearest)
    odds: Floats = np.log(inside) - np.log1p(-inside)
    return odds


def expit(values: Floats) -> Floats:
    """Return the probability of each log-odds, 1 / (1 + exp(-value)), without an overflow.

    `scipy.special.expit` is the same; this spares serving the import of SciPy.
    """
    probabilities: Floats = np.exp(-np.logaddexp(0, -values))
    return probabilities
