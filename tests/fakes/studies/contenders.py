"""Contenders that were never fitted: with any score, and as far from the best as a test wants."""

import numpy as np

from experiments.comparison.contender import Contender
from experiments.comparison.leaderboard import DECIMALS
from experiments.evaluation.cross_validation import OutOfFoldScores
from experiments.evaluation.fitting import FitResult
from experiments.evaluation.model_spec import ModelSpec
from fraud.metrics.estimates import Estimate
from fraud.significance.paired_comparison import PairedComparison


def contender(algorithm: str, score: float, *, p_value: float = 1.0) -> Contender:
    """A contender whose every metric is `score`, give or take 0.1."""
    estimate = Estimate(score, score - 0.1, score + 0.1)
    nothing = np.empty(0)
    return Contender(
        name=algorithm,
        spec=ModelSpec(algorithm=algorithm),
        out_of_fold=OutOfFoldScores(nothing, nothing.astype(bool)),
        final_fit=FitResult(
            score, nothing, 0.5, 0.5, seconds=1.25, microseconds_a_row=2.0, size=4321
        ),
        metrics=dict.fromkeys(DECIMALS, estimate),
        versus_best=PairedComparison("average_precision", Estimate(0, 0, 0), p_value, 0.0),
    )
