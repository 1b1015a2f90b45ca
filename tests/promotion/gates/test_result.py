"""Gate results: a verdict, a whole sentence, and figures that JSON can hold."""

import math

import pytest

from promotion.gates.result import hold, pass_or_fail


def test_without_problems_the_gate_passes_with_its_sentence() -> None:
    found = pass_or_fail("size", [], "Its files are small.", {"bytes": 7.0})

    assert (found.gate, found.verdict, found.reason) == ("size", "pass", "Its files are small.")
    assert found.figures == {"bytes": 7.0}


@pytest.mark.parametrize(
    ("problems", "reason"),
    [
        (["its files are large"], "Its files are large."),
        (["one is short", "two is short"], "One is short; two is short."),
        (
            ["there is no such algorithm; did you mean xgboost?"],
            "There is no such algorithm; did you mean xgboost?",
        ),
        (["it ends with a stop."], "It ends with a stop."),
    ],
)
def test_all_problems_are_in_one_sentence(problems: list[str], reason: str) -> None:
    found = pass_or_fail("any", problems, "Fine.")

    assert (found.verdict, found.reason) == ("fail", reason)


def test_figures_that_are_not_finite_are_left_out() -> None:
    figures = {"nan": math.nan, "infinite": math.inf, "real": 0.5}

    assert pass_or_fail("any", ["it is not a number"], "", figures).figures == {"real": 0.5}


def test_too_little_evidence_holds() -> None:
    found = hold("leakage", "Nobody looked.")

    assert (found.verdict, found.reason, found.figures) == ("hold", "Nobody looked.", {})
