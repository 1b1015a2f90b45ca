"""What every algorithm shares: plain hyperparameters, tasks that report, and checked values."""

import numpy as np
import pytest

from foundation.errors import InvalidParams
from fraud.algorithms.algorithm import AlgorithmTask, Hyperparameters, LabelledMatrix
from fraud.algorithms.blend import BlendHyperparameters
from fraud.algorithms.logistic_regression import LOGISTIC_REGRESSION

MATRIX = LabelledMatrix(np.zeros((2, 1)), np.array([0, 1], dtype=np.int8))


class TwoWeights(Hyperparameters):
    scale_pos_weight: float = 5.0
    tree_scale_pos_weight: float = 7.0
    depth: int = 3


def test_unweighted_hyperparameters_are_otherwise_the_same():
    assert TwoWeights(depth=4).unweighted() == TwoWeights(
        scale_pos_weight=1, tree_scale_pos_weight=1, depth=4
    )


def test_every_member_of_a_blend_is_unweighted():
    weights = [
        value
        for name, value in BlendHyperparameters().unweighted().model_dump().items()
        if name.endswith("scale_pos_weight")
    ]
    assert weights == [1.0, 1.0, 1.0]


def test_a_task_reports_where_somebody_listens_and_only_there():
    reports = []
    AlgorithmTask(MATRIX, MATRIX, 1, 0).report(1, 2, 0.5)
    AlgorithmTask(MATRIX, MATRIX, 1, 0, on_progress=lambda *step: reports.append(step)).report(
        1, 2, 0.5
    )
    assert reports == [(1, 2, 0.5)]


def test_every_problem_of_hyperparameters_is_named_with_the_algorithm():
    with pytest.raises(InvalidParams, match="logistic_regression has 2 problems"):
        LOGISTIC_REGRESSION.checked({"C": -1, "max_iter": "many"})
