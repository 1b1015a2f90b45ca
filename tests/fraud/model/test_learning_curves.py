"""What a fit reports is sorted into one curve for each bag of each learner."""

import pytest

from fakes.data.labelled_rows import quick_fit
from fraud.algorithms import ALGORITHMS
from fraud.algorithms.blend import BLEND
from fraud.model.learning_curves import LearningCurves
from fraud.model.recipe import Recipe

REPORTING = ("xgboost", "lightgbm", "neural_network")


def test_the_rounds_of_each_bag_of_each_learner_are_a_curve_of_their_own() -> None:
    found = LearningCurves(["a", "b"], bags=2)
    for bag in range(2):
        for learner in range(2):
            for done in (1, 2, 3):  # of ten at most: each stops early
                place = 10 * (2 * bag + learner)
                found(place + done, 40, 100 * bag + 10 * learner + done)
    assert found.curves == {
        "a": [[1, 2, 3], [101, 102, 103]],
        "b": [[11, 12, 13], [111, 112, 113]],
    }


def test_what_reports_nothing_has_no_curve() -> None:
    found = LearningCurves(["forest", "trees"])
    found(20, 20, 0.5)
    assert found.reported() == {"trees": [[0.5]]}


@pytest.mark.parametrize("bags", [1, 2])
@pytest.mark.parametrize("name", [*REPORTING, "blend"])
def test_a_fit_has_a_curve_for_each_bag_of_each_learner(name: str, bags: int) -> None:
    curves = LearningCurves(ALGORITHMS[name].learners, bags)
    model = quick_fit(name, recipe=Recipe(bags=bags), threads=1, on_progress=curves)
    assert curves.reported().keys() == set(ALGORITHMS[name].learners)
    assert all(len(found) == bags and all(found) for found in curves.curves.values())
    if name != "blend":  # the kept round of each bag is one of its own
        kept = [state.best_iteration for state in model.description.bag_states]
        lengths = [len(curve) for curve in curves.curves[name]]
        assert all(0 < best <= length for best, length in zip(kept, lengths, strict=True))  # type: ignore[operator]


def test_the_members_of_a_blend_are_its_learners() -> None:
    assert BLEND.learners == REPORTING
    assert ALGORITHMS["xgboost"].learners == ("xgboost",)
