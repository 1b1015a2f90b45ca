"""What is compared is refused when it is loaded, and all algorithms by default."""

import pytest

from experiments.comparison.result import CompareParams
from foundation.errors import InvalidParams
from fraud.algorithms import ALGORITHMS


def test_an_unknown_algorithm_or_feature_set_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InvalidParams, match=r"did you mean xgboost\?"):
        CompareParams(algorithms=["xgbost"])
    with pytest.raises(InvalidParams, match=r"did you mean clock\?"):
        CompareParams(features="clok")


def test_all_algorithms_are_compared_unless_others_are_named() -> None:
    assert CompareParams().algorithms == tuple(ALGORITHMS)
