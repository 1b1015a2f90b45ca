"""Algorithms: the learning algorithms of this project, one file each.

To add one: write its file, list it here. Every test over ALGORITHMS then covers it.
"""

from typing import Any

from foundation.errors import InvalidParams
from foundation.params import did_you_mean
from fraud.algorithms.algorithm import Algorithm, Hyperparameters, Trial
from fraud.algorithms.blend import BLEND
from fraud.algorithms.lightgbm_trees import LIGHTGBM
from fraud.algorithms.logistic_regression import LOGISTIC_REGRESSION
from fraud.algorithms.neural_network import NEURAL_NETWORK
from fraud.algorithms.random_forest import RANDOM_FOREST
from fraud.algorithms.xgboost_trees import XGBOOST

ALGORITHMS: dict[str, Algorithm[Any]] = {
    algorithm.name: algorithm
    for algorithm in (
        XGBOOST,
        LIGHTGBM,
        RANDOM_FOREST,
        NEURAL_NETWORK,
        LOGISTIC_REGRESSION,
        BLEND,
    )
}

__all__ = ["ALGORITHMS", "Algorithm", "Hyperparameters", "Trial", "algorithm_named"]


def algorithm_named(name: str) -> Algorithm[Any]:
    """Return the algorithm of this name; InvalidParams suggests one where there is none."""
    if name not in ALGORITHMS:
        what, problem = (
            "The choice of algorithm",
            f"there is no algorithm {name!r}; {did_you_mean(name, set(ALGORITHMS))}",
        )
        raise InvalidParams(what, [problem])
    return ALGORITHMS[name]
