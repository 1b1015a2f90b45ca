"""Reasons say what moved a score, in words that a person can check against the transaction."""

import re

import numpy as np
import pytest

from fakes.data.labelled_rows import COLUMNS, fake_rows, fitted
from fakes.data.rows_with_gaps import gappy_fitted, gappy_rows
from foundation.errors import InvalidData
from fraud.algorithms import ALGORITHMS
from fraud.explanation.explanation import Explanation, explain_rows
from fraud.explanation.reasons import UsualValues, reasons_of
from fraud.model.recipe import Recipe

every_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS)
REASON = re.compile(r"(.+) \(([+-]\d+\.\d+)\)")


def explained(values: list[float], data: list[float], **changed) -> Explanation:
    """An explanation of one row of COLUMNS, or of others."""
    facts = {
        "columns": COLUMNS, "values": np.array([values]), "base": -5.0, "data": np.array([data]),
        "unit": "log-odds", "scores": np.array([0.9]), "chosen": np.array([0]), **changed,
    }  # fmt: skip
    return Explanation(**facts)


USUAL = UsualValues(
    {"V1": (-1.0, 1.0), "V2": (-1.0, 1.0), "V3": (-1.0, 1.0), "Amount": (5.0, 90.0)},
    amount="Amount",
    time="Time",
)


def test_the_strongest_come_first_with_value_comparison_and_effect():
    found = explained([0.4, -2.0, 0.0, 0.1, 1.94, -0.7], [0.2, -3.0, 0.0, 7.0, 1250.0, 11_545.0])
    assert reasons_of(found, 0, USUAL, count=4) == (
        "V2 -3 is lower than usual (-2.0)",
        "amount 1,250.00 is higher than usual (+1.9)",
        "time of day 03:12 (-0.7)",
        "V1 0.2 (+0.4)",
    )


def test_what_is_missing_or_text_is_said_so():
    columns = ("Age", "Channel", "Shop", "Amount", "Time")
    found = explained(
        [1.0, 0.9, 0.8, 0.0, 0.0], [np.nan, 1.0, np.nan, 1.0, 1.0], columns=columns,
        categories={"Channel": ("till", "web" * 40), "Shop": ("a",)},
    )  # fmt: skip
    assert reasons_of(found, 0, USUAL, count=5) == (
        "Age is missing (+1.0)",
        f"Channel = {'web' * 20}… (+0.9)",
        "Shop is missing, or of a kind that the model does not know (+0.8)",
    )


def test_the_effect_on_a_share_of_votes_has_more_digits():
    found = explained([0.31, 0, 0, 0, 0, 0.0004], [0.2] * 6, unit="probability")
    assert reasons_of(found, 0, USUAL, count=6) == ("V1 0.2 (+0.310)",)


def test_numbers_are_short_and_whole_numbers_whole():
    values = [6.0, 5.0, 4.0, 3.0, 0.0, 0.0]
    found = explained(values, [1234567.0, -0.123456, 1e30, 0.9, 1.0, 1.0])
    nothing_usual = UsualValues({})
    assert reasons_of(found, 0, nothing_usual, count=4) == (
        "V1 1234567 (+6.0)", "V2 -0.1235 (+5.0)", "V3 1e+30 (+4.0)", "V4 0.9 (+3.0)",
    )  # fmt: skip


@every_algorithm
def test_reasons_of_a_model_are_those_of_its_explanation(algorithm):
    model, rows = fitted(algorithm), fake_rows(9, 300).rows
    riskiest = np.argsort(-model.scores(rows))[:5]
    found = explain_rows(model, rows, riskiest)
    usual = UsualValues.of(model, rows)
    np.testing.assert_array_equal(found.scores, model.scores(rows[riskiest]))
    for index in range(5):
        reasons = reasons_of(found, index, usual, count=2)
        strongest = list(found.one(index).strongest().values())[:2]
        effects = [float(REASON.fullmatch(reason).group(2)) for reason in reasons]
        np.testing.assert_allclose(effects, strongest, atol=0.06)
    first = {reasons_of(found, index, usual, count=1)[0].split()[0] for index in range(5)}
    assert first <= {"V1", "V2"}


def test_what_is_usual_is_the_middle_of_the_day_of_each_column_also_of_added_ones():
    model = gappy_fitted("xgboost", Recipe.model_validate({"features": ["log_amount"]}))
    rows = gappy_rows(4, 400).rows
    usual = UsualValues.of(model, rows)
    amounts = rows[:, -2][~np.isnan(rows[:, -2])]
    assert usual.ranges["Amount"] == tuple(np.quantile(amounts, (0.05, 0.95)))
    assert usual.ranges["log(1 + Amount)"] == pytest.approx(
        np.log1p(np.array(usual.ranges["Amount"])), rel=0.05
    )
    assert (usual.amount, usual.time) == ("Amount", "Time")
    assert usual.comparison("Amount", amounts.max() + 1) == " is higher than usual"
    assert usual.comparison("Amount", -1.0) == " is lower than usual"
    assert not usual.comparison("Amount", float(np.median(amounts)))


def test_of_a_few_transactions_nobody_knows_what_is_usual():
    assert UsualValues.of(fitted("xgboost"), fake_rows(9, 19).rows).ranges == {}
    assert UsualValues.of(fitted("xgboost"), fake_rows(9, 20).rows).ranges.keys() == set(COLUMNS)


def test_rows_of_another_width_are_refused():
    with pytest.raises(InvalidData):
        explain_rows(fitted("xgboost"), np.zeros((3, 4)), np.array([0]))
