"""A contender is as good as the best unless these rows tell the two apart."""

import pytest

from experiments.comparison.contender import NOTES
from fakes.studies.contenders import contender
from fraud.algorithms import ALGORITHMS


@pytest.mark.parametrize(("p_value", "is_as_good"), [(1.0, True), (0.06, True), (0.04, False)])
def test_only_a_difference_beyond_chance_makes_a_contender_worse(
    p_value: float, is_as_good: bool
) -> None:
    assert contender("xgboost", 0.7, p_value=p_value).is_as_good_as_the_best is is_as_good


def test_an_algorithm_that_is_not_the_library_default_has_a_note() -> None:
    assert contender("random_forest", 0.7).note == NOTES["random_forest"]
    assert contender("xgboost", 0.7).note == ""
    assert NOTES.keys() <= ALGORITHMS.keys()
