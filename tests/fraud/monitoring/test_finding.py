"""Findings: drift begins above a size of one, whichever way a figure moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fraud.monitoring.finding import (
    DriftFinding,
    DriftRules,
    direction,
    distance_finding,
    shift_finding,
    too_few_days,
)

figures = st.floats(0, 1)


@given(observed=figures, usual=figures, threshold=st.floats(0.001, 1))
def test_a_shift_is_drift_beyond_the_threshold_either_way(observed, usual, threshold):
    finding = shift_finding("average_score", "The average score", (observed, usual), threshold)
    assert finding.difference == observed - usual
    assert (finding.verdict == "drift") == (abs(observed - usual) > threshold)
    assert finding.direction == direction(observed - usual)
    assert finding.size == pytest.approx(abs(observed - usual) / threshold)


def test_a_shift_is_told_with_both_figures_and_the_threshold():
    finding = shift_finding("average_score", "The average score", (0.3, 0.1), 0.15)
    assert finding.sentence == (
        "The average score is 0.3000, usually 0.1000: +0.2000 (drift beyond 0.15)."
    )


@given(observed=figures, floor=st.floats(0.01, 1), chance=st.floats(0.01, 1))
def test_a_distance_is_drift_beyond_the_rule_and_beyond_chance(observed, floor, chance):
    finding = distance_finding("x", "It", observed, floor=floor, chance=chance, direction="up")
    assert (finding.verdict == "drift") == (observed > floor and observed > chance)
    assert finding.threshold == max(floor, chance)
    assert ("by chance" in finding.sentence) == (chance > floor)
    assert (finding.baseline, finding.difference, finding.direction) == (0.0, observed, "up")


def test_too_few_days_give_no_figures_but_the_number_that_is_needed():
    finding = too_few_days("volume", 3, DriftRules(minimum_history_days=9))
    assert finding.verdict == "not_enough_history"
    assert "3 comparable earlier days are there, and 9 are needed" in finding.sentence
    assert finding.size is finding.observed is finding.direction is None


@pytest.mark.parametrize(("difference", "expected"), [(-0.1, "down"), (0.0, "same"), (2, "up")])
def test_a_direction_is_that_of_the_difference(difference, expected):
    assert direction(difference) == expected


def test_a_finding_reads_back_and_takes_no_other_fields():
    finding = shift_finding("average_score", "The average score", (0.3, 0.1), 0.15)
    assert DriftFinding.model_validate_json(finding.model_dump_json()) == finding
    with pytest.raises(ValidationError, match="surprise"):
        DriftFinding.model_validate({**finding.model_dump(), "surprise": 1})
