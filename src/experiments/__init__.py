"""Experiments: which model is best, and how certain that is.

    from experiments import compare_algorithms, describe, explain, leaderboard, runs, tune

Each function opens the environment that `CEAP_ENVIRONMENT` names. Its parameters override the
values of `params/experiments/`.
"""

from experiments.compare import compare_algorithms
from experiments.describe import describe
from experiments.explain import explain
from experiments.runs import leaderboard, runs
from experiments.tune import tune

__all__ = ["compare_algorithms", "describe", "explain", "leaderboard", "runs", "tune"]
