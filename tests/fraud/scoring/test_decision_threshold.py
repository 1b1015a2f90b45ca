"""Decision threshold: who set it is said, and what it flags is what it says."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.scoring.decision_threshold import DecisionThreshold, threshold_text
from fraud.scoring.risk_bands import RiskBands

scores = st.floats(0, 1)


def test_the_models_own_threshold_counts_unless_a_person_set_another():
    assert DecisionThreshold(0.412).value == 0.412
    assert DecisionThreshold(0.412, override=0.8).value == 0.8
    assert DecisionThreshold(0.412, override=0.0).value == 0.0
    assert DecisionThreshold(None, override=0.3).value == 0.3
    assert DecisionThreshold(None).value == RiskBands().high_from


def test_whose_threshold_it_is_stands_beside_it():
    assert str(DecisionThreshold(0.412)) == "threshold 0.412, the model's own"
    assert str(DecisionThreshold(0.412, override=0.8, source="alert.yaml")) == (
        "threshold 0.800, set by alert.yaml; the model's own is 0.412"
    )
    assert str(DecisionThreshold(None, override=0.8)).endswith("the model's own is not recorded")
    unknown = str(DecisionThreshold(None))
    assert unknown.startswith("threshold 0.800, where high risk begins: endpoint.json did not")
    assert "ceap run training" in unknown


def test_only_the_models_own_is_called_so():
    own = [DecisionThreshold(0.4), DecisionThreshold(0.4, 0.4), DecisionThreshold(None)]
    assert [threshold.is_the_models_own for threshold in own] == [True, False, False]


@given(st.lists(scores, max_size=20), scores)
def test_a_score_at_the_threshold_is_flagged(given_scores, threshold):
    flags = DecisionThreshold(threshold).flags(np.array([*given_scores, threshold]))
    assert flags[-1]
    assert flags.tolist() == [score >= threshold for score in [*given_scores, threshold]]


@pytest.mark.parametrize(
    ("threshold", "text"),
    [
        (0.8, "0.800"), (0.41234, "0.412"), (0.00213, "0.00213"), (0.9996, "0.9996"),
        (0.0, "0.000"), (1.0, "1.000"), (math.nextafter(1, 2), "above 1 (which flags nothing)"),
    ],
)  # fmt: skip
def test_a_threshold_is_printed_so_that_it_can_be_told_from_0_and_1(threshold, text):
    assert threshold_text(threshold) == text


@given(st.floats(1e-300, 1, exclude_max=True))
def test_a_printed_threshold_is_never_0_or_1_where_the_threshold_is_not(threshold):
    assert 0 < float(threshold_text(threshold)) < 1
