"""Payments simulation: equal seeds, equal payments; frauds that a past gives away."""

import io

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from foundation.errors import InvalidParams
from foundation.settings import project_root
from fraud.data.spec import DataSpec
from fraud.features.history import DelayedRisk, SpendingWindows, history_columns
from fraud.metrics.estimates import evaluate_scores
from fraud.simulation.payments import (
    CARD_DAYS,
    CHANNELS,
    CONTACTLESS_LIMIT,
    CUT,
    DAY_SECONDS,
    DAYS,
    HEADER,
    ROWS_A_BLOCK,
    SCENARIOS,
    TERMINAL_DAYS,
    csv_text,
    payments_blocks,
    payments_like,
)
from fraud.simulation.payments_world import COUNTRIES

TABLE = payments_like(60_000, seed=3)
SPEC = DataSpec.from_yaml(project_root() / "params" / "data" / "payments.yaml")


@given(rows=st.integers(1, 2000), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_there_are_as_many_payments_as_asked_for_in_order_of_time(rows, seed):
    table = payments_like(rows, seed=seed)
    seconds = table["seconds"].to_numpy()
    assert table.height == table["transaction_id"].n_unique() == rows
    assert (np.diff(seconds) >= 0).all()
    assert seconds[0] >= 0
    assert seconds[-1] < DAYS * DAY_SECONDS
    assert (table["amount"] > 0).all()
    assert (table["card_age_days"] > 0).all()


def test_the_same_seed_gives_the_same_payments_and_another_seed_others():
    table = payments_like(1000, seed=5)
    assert_frame_equal(table, payments_like(1000, seed=5), check_exact=True)
    assert not table.equals(payments_like(1000, seed=6))


def test_the_description_names_every_column_of_the_file():
    assert set(HEADER.strip().split(",")) == set(SPEC.all_columns)
    assert tuple(TABLE.columns) == tuple(HEADER.strip().split(","))
    assert SPEC.simulated
    assert SPEC.sha256 is None


def test_what_is_written_reads_back():
    table = payments_like(500, seed=1)
    text = (HEADER + csv_text(table)).encode()
    assert_frame_equal(pl.read_csv(io.BytesIO(text), schema=table.schema), table, check_exact=True)


def test_blocks_are_the_table_in_pieces():
    blocks = list(payments_blocks(ROWS_A_BLOCK + 1, seed=1))
    assert [block.height for block in blocks] == [ROWS_A_BLOCK, 1]
    assert_frame_equal(pl.concat(blocks), payments_like(ROWS_A_BLOCK + 1, seed=1))


@pytest.mark.parametrize("seed", range(4))
def test_between_half_and_one_in_a_hundred_is_fraud_of_every_kind(seed):
    table = payments_like(60_000, seed=seed)
    assert 0.004 < table["fraud"].mean() < 0.01
    assert set(table["scenario"].drop_nulls()) == set(SCENARIOS[1:])
    assert ((table["scenario"].is_not_null()) == (table["fraud"] == 1)).all()


def test_ages_and_countries_are_missing_here_and_there():
    assert 0.01 < TABLE["customer_age_years"].null_count() / TABLE.height < 0.1
    unknown = TABLE.filter(pl.col("country").is_null())
    assert 0 < unknown.height < TABLE.height / 100
    assert set(unknown["channel"]) == {"phone"}
    assert set(TABLE["country"].drop_nulls()) < set(COUNTRIES)
    assert TABLE["country"].n_unique() > 10
    assert set(TABLE["channel"]) == set(CHANNELS)


def test_contactless_stays_below_its_limit_for_frauds_too():
    assert TABLE.filter(channel="contactless")["amount"].max() <= CONTACTLESS_LIMIT


def test_every_large_amount_is_fraud():
    assert (TABLE.filter(pl.col("amount") > CUT)["fraud"] == 1).all()


@pytest.mark.parametrize(
    ("scenario", "whose", "days", "share"),
    [("terminal", "terminal_id", TERMINAL_DAYS, 1.0), ("card", "customer_id", CARD_DAYS, 0.34)],
)
def test_what_is_hit_is_hit_once_and_for_so_many_days(scenario, whose, days, share):
    struck = TABLE.filter(scenario=scenario)
    spans = struck.group_by(whose).agg(
        first=pl.col("seconds").min(), last=pl.col("seconds").max(), frauds=pl.len()
    )
    assert ((spans["last"] - spans["first"]) < days * DAY_SECONDS).all()
    within = TABLE.join(spans, on=whose).filter(pl.col("seconds").is_between("first", "last"))
    legitimate = within.filter(fraud=0).height
    assert struck.height / (struck.height + legitimate) == pytest.approx(share, abs=0.12)


def test_card_numbers_are_tried_within_minutes_in_one_shop_with_tiny_amounts():
    tests = TABLE.filter(scenario="testing")
    bursts = tests.group_by("customer_id", "terminal_id").agg(
        span=pl.col("seconds").max() - pl.col("seconds").min()
    )
    assert bursts.height * 3 <= tests.height
    assert bursts["span"].max() < 600
    assert tests["amount"].max() <= 3
    assert set(tests["channel"]) == {"online"}


def test_the_past_tells_much_more_of_fraud_than_a_payment_alone():
    table = payments_like(120_000, seed=0)
    labels = table["fraud"].to_numpy()
    alone = table.select("amount", "customer_age_years", "card_age_days").with_columns(
        table["channel"].rank("dense"), table["country"].rank("dense")
    )
    past = {}
    for step, whose in ((SpendingWindows(), "customer_id"), (DelayedRisk(), "terminal_id")):
        past |= history_columns(
            step,
            keys=table[whose],
            times=table["seconds"].to_numpy().astype(float),
            amounts=table["amount"].to_numpy(),
            labels=labels,
        )
    without = average_precision(alone, labels)
    assert 0.1 < without < 0.45
    assert without + 0.2 < average_precision(alone.with_columns(pl.DataFrame(past)), labels) < 0.85


def average_precision(rows, labels):
    """Learn from the first two thirds; measure on the rest."""
    import xgboost

    numbers, cut = rows.cast(pl.Float64).to_numpy(), len(labels) * 2 // 3
    model = xgboost.train(
        {"objective": "binary:logistic", "max_depth": 5, "nthread": 1, "eta": 0.2},
        xgboost.DMatrix(numbers[:cut], labels[:cut]),
        num_boost_round=30,
    )
    scores = model.predict(xgboost.DMatrix(numbers[cut:])).astype(float)
    found = evaluate_scores(labels[cut:], scores, threshold=0.5, days=None, resamples=5)
    return found["average_precision"].value


def test_what_cannot_be_is_refused():
    with pytest.raises(InvalidParams, match="at least one row, not 0"):
        payments_like(0, seed=0)
