"""Leakage probes: every planted leak is caught and named, and clean data is left in peace."""

from dataclasses import replace

import numpy as np
import pytest

from fakes.data.labelled_rows import ROLES, fake_rows
from foundation.errors import InvalidData
from fraud.data.labelled_rows import LabelledRows
from fraud.leakage.probes import (
    adversarial_validation,
    future_timestamps,
    split_gap,
    training_after_test,
)
from fraud.metrics.estimates import Estimate
from fraud.simulation.creditcard import creditcard_like

SEEDS = range(3)


def simulated(seed: int) -> LabelledRows:
    table = creditcard_like(6000, share=0.02, seed=seed)
    columns = (*(name for name in table.columns if name not in ("Time", "Class")), "Time")
    rows = np.ascontiguousarray(table.select(columns).to_numpy())
    return LabelledRows(columns, rows, table["Class"].to_numpy(), roles=ROLES)


def halves(rows: LabelledRows, seed: int = 0) -> tuple[LabelledRows, LabelledRows]:
    shuffled = np.random.default_rng(seed).permutation(len(rows.labels))
    return rows.take(shuffled[::2]), rows.take(shuffled[1::2])


def with_column(rows: LabelledRows, name: str, values: np.ndarray) -> LabelledRows:
    matrix = np.column_stack([values, rows.rows])
    return LabelledRows(
        (name, *rows.columns), matrix, rows.labels, may_miss=frozenset([name]), roles=ROLES
    )


clean = pytest.mark.parametrize(
    "rows", [*map(simulated, SEEDS), *(fake_rows(seed) for seed in SEEDS)]
)


@clean
def test_two_halves_of_one_world_cannot_be_told_apart(rows):
    finding = adversarial_validation(*halves(rows), seed=1)
    assert finding.verdict == "ok"
    assert finding.figures["low"] <= finding.figures["roc_auc"] <= 0.6


def test_a_column_that_moved_between_train_and_test_is_named():
    train, test = halves(simulated(0))
    test.rows[:, train.columns.index("V7")] += 1.5
    finding = adversarial_validation(train, test, seed=1)
    assert finding.verdict == "warn"
    assert "mostly by V7" in finding.sentence
    assert finding.figures["gain_V7"] > 0.3


def test_the_time_alone_does_not_tell_test_from_train():
    rows = simulated(1)
    ordered = np.argsort(rows.times, kind="stable")
    earlier, later = rows.take(ordered[:4000]), rows.take(ordered[4000:])
    assert adversarial_validation(earlier, later, seed=1).verdict == "ok"


def test_equal_seeds_find_the_same():
    train, test = halves(fake_rows(4))
    assert adversarial_validation(train, test, seed=5) == adversarial_validation(
        train, test, seed=5
    )


def test_splits_that_cannot_be_compared_are_refused():
    rows = fake_rows(1)
    with pytest.raises(InvalidData, match="same columns in the same order"):
        adversarial_validation(rows, replace(rows, columns=("other", *rows.columns[1:])), seed=0)
    with pytest.raises(InvalidData, match="one of them has 9"):
        adversarial_validation(rows, rows.take(np.arange(9)), seed=0)


@clean
def test_no_column_of_clean_data_travels_in_time(rows):
    assert future_timestamps(rows).verdict == "ok"


def test_a_settlement_time_is_named_with_its_delay():
    rows = simulated(2)
    settled = rows.times + np.random.default_rng(0).exponential(3600, len(rows.times))
    finding = future_timestamps(with_column(rows, "settled", settled))
    assert finding.verdict == "warn"
    assert "settled (by" in finding.sentence
    assert finding.figures["delay_settled"] == pytest.approx(3600 * np.log(2), rel=0.1)


@pytest.mark.parametrize("elsewhere", [np.nan, 0.0, -1.0])
def test_a_chargeback_time_that_only_frauds_have_is_named(elsewhere):
    rows = simulated(2)
    later = rows.times + np.random.default_rng(0).exponential(7200, len(rows.times))
    planted = with_column(rows, "charged_back", np.where(rows.labels == 1, later, elsewhere))
    assert "charged_back" in future_timestamps(planted).sentence


def test_moments_before_the_transaction_and_counters_are_no_future_timestamps():
    rows = simulated(0)
    earlier = rows.times - np.random.default_rng(0).exponential(3600, len(rows.times))
    assert future_timestamps(with_column(rows, "card_opened", earlier)).verdict == "ok"
    counter = np.argsort(np.argsort(rows.times)) * 60.0
    assert future_timestamps(with_column(rows, "row", counter)).verdict == "ok"
    assert future_timestamps(with_column(rows, "constant", np.full(6000, 2e5))).verdict == "ok"
    assert future_timestamps(with_column(rows, "time_again", rows.times)).verdict == "ok"


def test_training_rows_from_the_time_of_test_are_counted():
    rows = fake_rows(1)
    early, late = rows.take(rows.times < 90_000), rows.take(rows.times >= 90_000)
    assert training_after_test(early, late).verdict == "ok"
    finding = training_after_test(rows, late)
    assert finding.verdict == "warn"
    assert finding.figures["rows"] == len(late.labels)


def test_columns_and_rows_from_the_future_are_both_told():
    rows = simulated(2)
    ordered = np.argsort(rows.times, kind="stable")
    settled = with_column(rows, "settled", rows.times + np.arange(6000) % 600)
    past, future = rows.take(ordered[:5000]), rows.take(ordered[5000:])
    assert future_timestamps(past, past.take(past.times == past.times.max())).verdict == "warn"
    assert future_timestamps(past.take(past.times < future.times.min()), future).verdict == "ok"
    finding = future_timestamps(settled, settled.take(ordered[5000:]))
    assert "settled (by" in finding.sentence
    assert "knows the future" in finding.sentence
    assert finding.figures["rows"] >= 1000


def test_a_random_split_that_flatters_is_not_to_be_believed():
    finding = split_gap(Estimate(0.88, 0.83, 0.92), Estimate(0.72, 0.65, 0.79))
    assert finding.verdict == "warn"
    assert "Believe the time-ordered one" in finding.sentence
    assert finding.figures["gap"] == pytest.approx(0.16)
    assert 0 < finding.figures["low"] < 0.16 < finding.figures["high"]


@pytest.mark.parametrize(
    ("flattered", "honest"),
    [
        (Estimate(0.80, 0.78, 0.82), Estimate(0.76, 0.74, 0.78)),  # sure, but small
        (Estimate(0.85, 0.75, 0.93), Estimate(0.75, 0.60, 0.87)),  # large, but unsure
        (Estimate(0.70, 0.65, 0.75), Estimate(0.80, 0.75, 0.85)),  # the other way round
    ],
)
def test_a_gap_that_is_small_or_may_be_chance_is_no_finding(flattered, honest):
    assert split_gap(flattered, honest).verdict == "ok"
