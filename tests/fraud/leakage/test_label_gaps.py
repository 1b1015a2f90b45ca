"""Label gaps: frauds that are missing are missed, and quiet hours are not."""

import re
from datetime import date

import numpy as np
import polars as pl
import pytest

from foundation.errors import InvalidData
from fraud.leakage.label_gaps import label_gaps, may_have_gap
from fraud.simulation.creditcard import creditcard_like
from fraud.simulation.payments import payments_like

HOUR, DAY = 3_600, 86_400


def days_of(count: int, seed: int = 0, frauds: float = 0.02) -> tuple[np.ndarray, np.ndarray]:
    """A month of 500 transactions a day."""
    random = np.random.default_rng(seed)
    times = np.sort(random.uniform(0, count * DAY, 500 * count))
    return times, (random.random(len(times)) < frauds).astype(np.int8)


def two_days(seed: int) -> pl.DataFrame:
    return creditcard_like(60_000, share=0.008, seed=seed)


@pytest.mark.parametrize("seed", range(5))
def test_complete_labels_have_no_gap(seed):
    table = two_days(seed)
    assert label_gaps(table["Time"].to_numpy(), table["Class"].to_numpy()).verdict == "ok"
    assert label_gaps(*days_of(30, seed)).verdict == "ok"


def test_labels_that_have_not_arrived_at_the_end_are_named():
    times, labels = days_of(30)
    labels[times >= 26 * DAY] = 0
    finding = label_gaps(times, labels)
    assert finding.verdict == "warn"
    assert "days 26 to 30, where the data ends (0 where" in finding.sentence
    assert finding.figures["expected"] == pytest.approx(40, rel=0.2)


def test_where_a_calendar_is_known_gaps_are_named_by_their_dates():
    times, labels = days_of(30)
    labels[times >= 26 * DAY] = 0
    found = label_gaps(times + 2 * DAY, labels, since=date(2024, 2, 1))
    assert re.search(
        r"2024-02-29 00:\d\d to 2024-03-04 00:\d\d, where the data ends", found.sentence
    )
    assert found.figures == label_gaps(times, labels).figures


def test_hours_within_the_data_without_labels_are_named():
    table = two_days(3)
    times, labels = table["Time"].to_numpy(), table["Class"].to_numpy().copy()
    labels[(times >= 12 * HOUR) & (times < 18 * HOUR)] = 0
    finding = label_gaps(times, labels)
    assert finding.verdict == "warn"
    assert re.search(r"hours 1[12] to 18 \(\d where 9\d are expected", finding.sentence)
    assert "where the data ends" not in finding.sentence


def test_two_gaps_are_both_named():
    times, labels = days_of(40)
    labels[(times >= 5 * DAY) & (times < 10 * DAY)] = 0
    labels[times >= 36 * DAY] = 0
    finding = label_gaps(times, labels)
    assert finding.figures["gaps"] == 2
    assert "days 5 to 10" in finding.sentence
    assert "days 36 to 40" in finding.sentence


def test_a_stretch_with_half_of_its_frauds_is_quiet_but_no_gap():
    times, labels = days_of(30)
    kept = np.random.default_rng(1).random(len(labels)) < 0.4
    labels[(times >= 10 * DAY) & (times < 20 * DAY) & ~kept] = 0
    finding = label_gaps(times, labels)
    assert finding.verdict == "ok"
    assert "the quietest are days" in finding.sentence
    assert 0.1 < finding.figures["quietest_share"] < 0.6


def test_years_of_data_are_looked_at_in_longer_periods():
    times, labels = days_of(400, frauds=0.01)
    labels[times >= 352 * DAY] = 0
    assert "days 352 to 400, where the data ends" in label_gaps(times, labels).sentence


def test_data_of_one_moment_or_without_a_fraud_has_no_gap():
    labels = np.array([0, 1, 0], dtype=np.int8)
    assert label_gaps(np.full(3, 60.0), labels).verdict == "ok"
    assert label_gaps(np.arange(3.0) * HOUR, np.zeros(3, dtype=np.int8)).verdict == "ok"


def test_times_without_labels_are_refused():
    with pytest.raises(InvalidData, match="3 times and 2 labels"):
        label_gaps(np.arange(3.0), np.zeros(2, dtype=np.int8))


# Bursts


@pytest.mark.parametrize("rows", [3_000, 6_000, 20_000, 100_000])
@pytest.mark.parametrize("seed", range(4))
def test_the_time_between_two_bursts_is_no_gap(rows, seed):
    """Cards in other hands and compromised tills make most frauds of these payments."""
    payments = payments_like(rows, seed=seed)
    finding = label_gaps(payments["seconds"].to_numpy(), payments["fraud"].to_numpy())
    assert finding.verdict == "ok", finding.sentence


def test_bursts_that_explain_a_quiet_time_are_named():
    payments = payments_like(40_000, seed=0)
    finding = label_gaps(payments["seconds"].to_numpy(), payments["fraud"].to_numpy())
    assert "bursts of fraud may explain that" in finding.sentence


@pytest.mark.parametrize("seed", range(2))
def test_labels_that_have_not_arrived_are_found_among_bursts(seed):
    payments = payments_like(300_000, seed=seed)
    times, labels = payments["seconds"].to_numpy(), payments["fraud"].to_numpy().copy()
    labels[times >= 153 * DAY] = 0
    finding = label_gaps(times, labels)
    assert finding.verdict == "warn"
    assert "to 184, where the data ends (0 where" in finding.sentence


@pytest.mark.parametrize("missing_days", [0, 1, 4])
@pytest.mark.parametrize("seed", range(5))
def test_the_quick_answer_is_no_only_where_there_is_no_gap(seed, missing_days):
    times, labels = days_of(30, seed)
    labels[times >= (30 - missing_days) * DAY] = 0
    assert may_have_gap(times, labels) or label_gaps(times, labels).verdict == "ok"
    assert may_have_gap(times, labels) == (missing_days == 4)
