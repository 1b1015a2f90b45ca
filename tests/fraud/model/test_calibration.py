"""Calibrated scores are probabilities in the order of the scores."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import InvalidData
from fraud.model.calibration import (
    CALIBRATIONS,
    calibrated,
    calibration_from_state,
    fit_calibration,
)

every_calibration = pytest.mark.parametrize("name", CALIBRATIONS)


def overconfident(seed: int, rows: int = 4000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores whose log-odds are twice as extreme as those of the truth; the labels; the truth."""
    random = np.random.default_rng(seed)
    odds = random.normal(-2, 1.5, size=rows)
    truth = 1 / (1 + np.exp(-odds))
    labels = (random.random(rows) < truth).astype(np.int8)
    return 1 / (1 + np.exp(-2 * odds)), labels, truth


@every_calibration
@given(
    seed=st.integers(0, 2**32 - 1),
    scores=st.lists(st.floats(0, 1), min_size=1, max_size=50).map(sorted),
)
def test_probabilities_lie_between_0_and_1_and_rise_with_the_scores(
    name: str, seed: int, scores: list[float]
) -> None:
    calibration = fit_calibration(name, *overconfident(seed, 200)[:2])
    probabilities = calibrated(np.array(scores), calibration)
    assert probabilities.min() >= 0
    assert probabilities.max() <= 1
    assert np.diff(probabilities).min(initial=0) >= -1e-15  # the last bit may round either way


@every_calibration
def test_probabilities_come_nearer_to_the_truth(name: str) -> None:
    calibration = fit_calibration(name, *overconfident(1)[:2])
    scores, _, truth = overconfident(2)
    before, after = np.abs(scores - truth), np.abs(calibrated(scores, calibration) - truth)
    assert after.mean() < before.mean() / 3


def test_platt_finds_the_line_that_the_truth_follows() -> None:
    line = fit_calibration("platt", *overconfident(1, 100_000)[:2])
    assert line is not None
    state = line.model_dump(mode="json")
    assert state["slope"] == pytest.approx(0.5, rel=0.05)
    assert state["intercept"] == pytest.approx(0, abs=0.05)


def test_platt_keeps_scores_apart_however_near_to_certain() -> None:
    calibration = fit_calibration("platt", *overconfident(1)[:2])
    near = 1 - np.array([1e-4, 1e-7, 1e-10, 1e-13])
    assert np.all(np.diff(calibrated(near, calibration)) > 0)


def test_platt_is_not_led_astray_by_a_fraud_that_scores_nothing() -> None:
    scores, labels, truth = overconfident(1)
    scores[np.flatnonzero(labels)[:2]] = 0.0
    calibration = fit_calibration("platt", scores, labels)
    rest = scores > 0
    assert np.abs(calibrated(scores, calibration) - truth)[rest].mean() < 0.02


@every_calibration
def test_scores_that_are_upside_down_are_not_turned_round(name: str) -> None:
    scores, labels, _ = overconfident(1)
    probabilities = calibrated(scores, fit_calibration(name, 1 - scores, labels))
    assert np.ptp(probabilities) < 0.02
    assert probabilities.mean() == pytest.approx(labels.mean(), abs=0.02)


def test_isotonic_probabilities_are_those_of_scikit_learn() -> None:
    from sklearn.isotonic import IsotonicRegression

    scores, labels, _ = overconfident(1)
    expected = IsotonicRegression(out_of_bounds="clip").fit(scores, labels)
    out_of_bag = np.linspace(0, 1, 1001)
    found = calibrated(out_of_bag, fit_calibration("isotonic", scores, labels))
    np.testing.assert_allclose(found, expected.predict(out_of_bag), atol=1e-12)


@every_calibration
@given(seed=st.integers(0, 2**32 - 1))
def test_a_state_that_went_through_json_gives_the_same_bits(name: str, seed: int) -> None:
    scores, labels, _ = overconfident(seed, 200)
    calibration = fit_calibration(name, scores, labels)
    assert calibration is not None
    state = json.loads(json.dumps(calibration.model_dump(mode="json")))
    again = calibration_from_state(name, state)
    assert np.array_equal(calibrated(scores, again), calibrated(scores, calibration))


@every_calibration
def test_one_score_for_all_becomes_the_share_of_frauds(name: str) -> None:
    labels = (np.arange(500) < 100).astype(np.int8)
    probabilities = calibrated(np.full(500, 0.5), fit_calibration(name, np.full(500, 0.5), labels))
    assert probabilities == pytest.approx(np.full(500, 0.2), abs=0.005)


def test_without_calibration_scores_stay_as_they_are() -> None:
    scores = np.array([0.0, 0.3, 1.0])
    assert fit_calibration("none", scores, np.array([0, 1, 1], dtype=np.int8)) is None
    assert calibration_from_state("none", {}) is None
    assert calibrated(scores, None) is scores


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("platt", {}),
        ("platt", {"slope": -1.0, "intercept": 0.0}),
        ("isotonic", {"scores": [0.1, 0.2], "probabilities": [0.1]}),
        ("isotonic", {"scores": [0.1, 0.2], "probabilities": [0.2, 0.1]}),
        ("isotonic", {"scores": [], "probabilities": []}),
    ],
)
def test_a_state_of_something_else_is_refused(name: str, state: dict[str, object]) -> None:
    with pytest.raises(InvalidData, match=f"not the state of the calibration {name}"):
        calibration_from_state(name, state)
