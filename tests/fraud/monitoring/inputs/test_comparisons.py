"""Comparisons: which rules apply to a column, and what each of them measures."""

import numpy as np
import pytest

from fraud.monitoring.inputs.comparisons import comparisons
from fraud.monitoring.inputs.finding import InputRules
from fraud.monitoring.inputs.summaries import category_summary, summaries
from fraud.monitoring.inputs.summary import ColumnSummary
from fraud.monitoring.inputs.usual import Usual

RULES = InputRules()


def number(values, limits=(-10.0, 10.0)) -> ColumnSummary:
    rows = np.array(values, dtype=np.float64).reshape(-1, 1)
    ranges = None if limits is None else {"x": limits}
    return summaries(rows, {"x": "number"}, {}, ranges=ranges)["x"]


def category(**counts: int) -> ColumnSummary:
    codes = np.repeat(np.arange(len(counts)), [*counts.values()]).astype(np.float64)
    return category_summary(codes, [*counts])


def results(today: ColumnSummary, usual: Usual) -> dict[tuple[str, str], float]:
    return {(each.rule, each.against): each.size for each in comparisons(today, usual, RULES)}


VALUES = np.linspace(-5, 5, 500)


def test_a_number_is_compared_by_what_is_missing_outside_and_distributed():
    usual = Usual(number(VALUES, None), [number(VALUES)] * 8)
    found = results(number(VALUES), usual)
    rules = ("missing", "outside", "stability")
    assert found.keys() == {(rule, to) for rule in rules for to in ("training", "last days")}
    # The least and the greatest row of training would be outside its range without themselves.
    assert found.pop(("outside", "training")) == pytest.approx(2 / 500 / RULES.outside_change)
    assert max(found.values()) == pytest.approx(0, abs=1e-9)


def test_a_category_is_compared_by_what_is_missing_unknown_and_distributed():
    found = results(category(web=300, app=200), Usual(category(web=3_000, app=2_000)))
    assert found.keys() == {(rule, "training") for rule in ("missing", "unknown", "stability")}


def test_sizes_are_in_thresholds():
    today = number([*VALUES[:450], *([np.nan] * 50)])
    usual = Usual(number(VALUES, None))
    assert results(today, usual)["missing", "training"] == pytest.approx(2.0)
    outside = number([*VALUES[:488], *([11.0] * 12)])
    assert results(outside, usual)["outside", "training"] == pytest.approx(1.0)


def test_a_range_that_was_not_known_is_not_compared():
    days = [number(VALUES, None)] * 8
    assert ("outside", "last days") not in results(number(VALUES), Usual(None, days))
    assert ("outside", "training") not in results(number(VALUES, None), Usual(number(VALUES)))


def test_a_constant_is_compared_with_the_share_of_the_commonest_value():
    (found,) = [
        each
        for each in comparisons(number([1.0] * 100), Usual(number([1.0] * 80 + [2.0] * 20)), RULES)
        if each.rule == "constant"
    ]
    assert (found.usual, found.p_value) == (0.8, pytest.approx(0.8**100))
    assert found.size == pytest.approx(4.0)


def test_too_few_values_are_not_compared_by_their_distribution():
    found = results(number([1.0] * 19), Usual(number(VALUES)))
    assert found.keys() == {("missing", "training"), ("outside", "training")}


def test_restless_days_make_a_change_less_surprising():
    def days(shares):
        return [category_with_missing(share) for share in shares]

    calm = Usual(None, days([0.05] * 8))
    restless = Usual(None, days([0.01, 0.09] * 4))
    today = category_with_missing(0.12)
    surprises = [
        next(each.p_value for each in comparisons(today, usual, RULES) if each.rule == "missing")
        for usual in (calm, restless)
    ]
    assert surprises[0] < surprises[1] / 10


def category_with_missing(share: float) -> ColumnSummary:
    return category(web=1_000).model_copy(update={"missing": int(1_000 * share)})


def test_a_day_without_transactions_is_not_compared():
    assert results(number([]), Usual(number(VALUES), [number(VALUES)] * 8)) == {}
