"""Units: multiples, opposite signs and other hours are told, and nothing else is."""

import numpy as np
import pytest

from fraud.monitoring.inputs.summaries import summaries
from fraud.monitoring.inputs.units import hours_shifted, unit_sentence

random = np.random.default_rng(7)
AMOUNTS, OTHERS = random.lognormal(3.5, 1, 2_000), random.lognormal(3.5, 1, 2_000)
CENTRED, ELSEWHERE = random.normal(size=2_000), random.normal(size=2_000)


def cuts(values, kind="number"):
    found = summaries(np.asarray(values, dtype=np.float64).reshape(-1, 1), {"x": kind}, {})["x"]
    return np.array(found.quantiles)


@pytest.mark.parametrize(
    ("factor", "amount", "told"),
    [
        (100, True, "is 100 times as large as usual: cents?"),
        (0.01, True, "is 1/100 of the usual: whole units instead of cents?"),
        (100, False, "is 100 times as large as usual: another unit?"),
        (1_000, False, "is 1,000 times as large as usual: another unit?"),
        (60, False, "is 60 times as large as usual: another unit (minutes for hours, or seconds "
         "for minutes)?"),
        (1.05, True, ""),
    ],
)  # fmt: skip
def test_a_multiple_of_what_is_usual_is_named(factor, amount, told):
    assert unit_sentence(cuts(OTHERS * factor), cuts(AMOUNTS), amount=amount) == told


def test_a_multiple_that_is_no_round_number_is_told_roughly():
    found = unit_sentence(cuts(AMOUNTS * 2.54), cuts(AMOUNTS), amount=False)
    assert found == "is about 2.5 times as large as usual: another unit?"
    smaller = unit_sentence(cuts(AMOUNTS / 2.54), cuts(AMOUNTS), amount=False)
    assert smaller == "is about 2.5 times smaller than usual: another unit?"


def test_a_multiple_is_seen_also_of_values_around_zero():
    assert "1,000 times" in unit_sentence(cuts(ELSEWHERE * 1_000), cuts(CENTRED), amount=False)


def test_an_opposite_sign_is_named():
    found = unit_sentence(cuts(-OTHERS), cuts(AMOUNTS), amount=True)
    assert found == "has the opposite sign of the usual values"


def test_values_around_zero_that_are_as_usual_have_no_opposite_sign():
    assert unit_sentence(cuts(-ELSEWHERE), cuts(CENTRED), amount=False) == ""


@pytest.mark.parametrize("values", [OTHERS + 50, OTHERS**2, np.zeros(2_000), np.full(2_000, 3.0)])
def test_a_shift_another_shape_and_a_constant_are_no_unit(values):
    assert unit_sentence(cuts(values), cuts(AMOUNTS), amount=True) == ""


def test_without_values_there_is_nothing_to_tell():
    assert unit_sentence(cuts([]), cuts(AMOUNTS), amount=True) == ""
    assert unit_sentence(cuts(AMOUNTS), np.empty(0), amount=True) == ""


@pytest.mark.parametrize("hours", [-3, 1, 2, 8])
def test_times_that_are_whole_hours_later_are_told(hours):
    busy = random.normal(14 * 3600, 2.5 * 3600, 5_000) % 86_400
    again = (random.normal(14 * 3600, 2.5 * 3600, 5_000) + hours * 3600) % 86_400
    assert hours_shifted(cuts(again, "time"), cuts(busy, "time")) == hours


def test_flat_times_have_no_shift():
    one, other = random.uniform(0, 86_400, 3_000), random.uniform(0, 86_400, 3_000)
    assert hours_shifted(cuts(one, "time"), cuts(other, "time")) == 0
