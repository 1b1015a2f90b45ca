"""Experiments: the workshop. Which model is best, and how sure are we?

    from experiments import compare_algorithms, explain, leaderboard, runs, tune

Each of these opens the environment that `CEAP_ENVIRONMENT` names, and takes the parameters of
`params/experiments/`, whose values hold where none is given.
"""

from experiments.compare import compare_algorithms
from experiments.explain import explain
from experiments.runs import leaderboard, runs
from experiments.tune import tune

__all__ = ["compare_algorithms", "explain", "leaderboard", "runs", "tune"]
