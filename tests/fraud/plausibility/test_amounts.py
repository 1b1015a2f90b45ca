"""Plausible amounts: a second unit is found where it shows, and nothing is where there is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.plausible_columns import month_of_times, time_column, usual_amounts
from fraud.plausibility.amounts import amounts, unit_of_amounts
from fraud.plausibility.columns import AmountColumn
from fraud.simulation.creditcard import creditcard_like
from fraud.simulation.payments import payments_like


def paid(values: np.ndarray) -> AmountColumn:
    return AmountColumn("paid", np.asarray(values, dtype=np.float64))


def test_equal_amounts_are_doubted():
    finding = amounts(paid(np.full(500, 9.99)))
    assert finding.verdict == "doubtful"
    assert finding.sentence.startswith("Every paid is 9.99: it tells nothing")


def test_mostly_zero_amounts_are_doubted():
    values = usual_amounts(1_000)
    values[:700] = 0
    finding = amounts(paid(values))
    assert finding.verdict == "doubtful"
    assert finding.sentence.startswith("70 % of the rows have a paid of 0")


def test_some_zero_amounts_are_no_doubt():
    values = usual_amounts(1_000)
    values[:300] = 0
    finding = amounts(paid(values))
    assert finding.verdict == "ok"
    assert finding.sentence.startswith("paid is 0 to ")


def test_a_few_equal_amounts_are_no_doubt():
    assert amounts(paid(np.full(5, 9.99))).verdict == "ok"


# Two units


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("seed", range(5))
def test_whole_cents_beside_decimals_are_found(share, seed):
    values = usual_amounts(seed=seed)
    in_cents = np.random.default_rng(seed).random(len(values)) < share
    values[in_cents] = (values[in_cents] * 100).round()
    finding = unit_of_amounts(paid(values), None)
    assert finding.verdict == "doubtful"
    assert finding.sentence.startswith("paid seems to be partly in cents: ")


def test_the_sentence_has_both_medians_and_what_to_do():
    values = usual_amounts(seed=1)
    values[:1_500] = (values[:1_500] * 100).round()
    sentence = unit_of_amounts(paid(values), None).sentence
    assert "about 49.8 % are whole numbers that are spread like the decimals" in sentence
    assert "(the median of the decimals is 2" in sentence
    assert sentence.endswith("or leave out those of the other.")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_two_humps_of_one_shape_are_found_in_whole_amounts(share):
    """Cents beside amounts without cents: no amount has decimals."""
    values = usual_amounts(spread=0.8) + 5
    in_cents = np.random.default_rng(3).random(len(values)) < share
    values = np.where(in_cents, values * 100, values).round()
    finding = unit_of_amounts(paid(values), None)
    assert finding.verdict == "doubtful"
    assert "in the same way, and few are between" in finding.sentence


@pytest.mark.parametrize("days", [4, 15, 26])
def test_days_in_another_unit_are_found(days):
    times, values = month_of_times(6_000), usual_amounts(6_000, spread=2.0).round() + 1
    values[times >= (30 - days) * 86_400] *= 100
    assert unit_of_amounts(paid(values), None).verdict == "ok"  # such a spread hides both humps
    finding = unit_of_amounts(paid(values), time_column(times))
    assert finding.verdict == "doubtful"
    assert f"in {days} of 30 days, and " in finding.sentence


# False alarms


@given(
    seed=st.integers(0, 2**32 - 1),
    spread=st.floats(0.1, 2.5),
    level=st.floats(0, 5),  # beyond it the prices below are another cluster indeed
    rows=st.sampled_from([150, 1_000, 10_000]),
)
def test_amounts_of_one_unit_are_never_doubted(seed, spread, level, rows):
    random = np.random.default_rng(seed)
    values = np.exp(random.normal(level, spread, rows)).round(2)
    prices = random.choice([0.99, 1.0, 5.0, 9.99, 10.0, 49.0, 99.0, 100.0, 199.0, 500.0], rows)
    column = paid(np.where(random.random(rows) < 0.4, prices, values))
    times = time_column(np.sort(random.uniform(0, 30 * 86_400, rows)))
    assert unit_of_amounts(column, times).verdict == "ok"


@given(seed=st.integers(0, 2**32 - 1), factor=st.floats(1, 30))
def test_large_round_withdrawals_beside_purchases_are_no_doubt(seed, factor):
    """Cash is drawn in tens; what is bought costs any amount."""
    random = np.random.default_rng(seed)
    drawn = random.choice([20, 50, 100, 200, 500], 1_000) * round(factor)
    column = paid(np.append(drawn, usual_amounts(2_000, seed=seed % 1_000)))
    assert unit_of_amounts(column, None).verdict == "ok"


@pytest.mark.parametrize("seed", range(3))
def test_simulated_data_are_not_doubted(seed):
    cards, payments = creditcard_like(20_000, seed=seed), payments_like(20_000, seed=seed)
    for table, amount, time in ((cards, "Amount", "Time"), (payments, "amount", "seconds")):
        column = paid(table[amount].to_numpy())
        times = time_column(table[time].to_numpy())
        assert (amounts(column).verdict, unit_of_amounts(column, times).verdict) == ("ok", "ok")


def test_amounts_without_a_positive_one_have_no_unit_to_doubt():
    assert unit_of_amounts(paid(np.zeros(200)), time_column(month_of_times(200))).verdict == "ok"
    assert unit_of_amounts(paid(-usual_amounts(200)), None).verdict == "ok"
