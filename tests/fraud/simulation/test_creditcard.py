import io

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from foundation.errors import InvalidParams
from fraud.metrics.estimates import evaluate_scores
from fraud.simulation.creditcard import (
    COLUMNS,
    COMPONENTS,
    HEADER,
    ROWS_A_BLOCK,
    creditcard_blocks,
    creditcard_like,
    csv_text,
)


@given(rows=st.integers(1, 3000), seed=st.integers(0, 2**32 - 1), data=st.data())
@settings(max_examples=40, deadline=None)
def test_there_are_exactly_as_many_rows_and_frauds_as_asked_for(rows, seed, data):
    frauds = data.draw(st.integers(0, rows))
    table = creditcard_like(rows, frauds=frauds, seed=seed)
    assert (table.height, table["Class"].sum()) == (rows, frauds)
    assert tuple(table.columns) == COLUMNS
    assert table.select(pl.all().is_finite().all()).row(0) == (True,) * len(COLUMNS)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_what_is_written_reads_back_bit_for_bit(seed):
    table = creditcard_like(400, frauds=20, seed=seed)
    text = (HEADER + csv_text(table)).encode()
    read = pl.read_csv(io.BytesIO(text), schema=dict.fromkeys(COLUMNS, pl.Float64))
    assert_frame_equal(read, table.cast(pl.Float64), check_exact=True)


def test_the_same_seed_gives_the_same_table_and_another_seed_another():
    table = creditcard_like(1000, seed=5)
    assert_frame_equal(table, creditcard_like(1000, seed=5), check_exact=True)
    assert not table.equals(creditcard_like(1000, seed=6))


def test_blocks_are_the_table_in_pieces_that_stay_small():
    blocks = list(creditcard_blocks(250_000, seed=1))
    assert len(blocks) == 3
    assert max(block.height for block in blocks) < 1.02 * ROWS_A_BLOCK
    assert sum(block.height for block in blocks) == 250_000


def test_it_has_the_quirks_of_the_reference_file():
    table = creditcard_like(20_000, frauds=50, seed=0)
    lines = (HEADER + csv_text(table)).splitlines()
    assert lines[0].startswith('"Time","V1",')
    assert lines[0].endswith(',"V28","Amount","Class"')
    assert all(line.endswith((',"0"', ',"1"')) for line in lines[1:])
    assert any(line.startswith("1e+05,") for line in lines)
    assert not any(".0," in line for line in lines)
    assert table.height - table.n_unique() == 75  # 73 legitimate copies and 2 of frauds
    frauds = table.filter(pl.col("Class") == 1)
    assert frauds.height - frauds.n_unique() == 2


def test_time_runs_over_two_days_with_quiet_nights():
    table = creditcard_like(20_000, seed=0)
    time = table["Time"].to_numpy()
    assert time[0] == 0
    assert (np.diff(time) >= 0).all()
    assert 160_000 < time[-1] < 172_800
    hours = np.bincount((time % 86_400 // 3600).astype(int))
    assert hours[2:5].max() * 3 < hours[9:20].min()


def test_amounts_are_cents_with_a_long_tail():
    amounts = creditcard_like(20_000, seed=0)["Amount"].to_numpy()
    assert (amounts >= 0).all()
    assert np.array_equal(amounts, amounts.round(2))
    assert 18 < np.median(amounts) < 26 < 60 < amounts.mean() < 110


def test_frauds_can_be_learned_but_not_all_of_them():
    import xgboost

    table = creditcard_like(60_000, frauds=400, seed=3)
    rows = table.select(*COMPONENTS, "Amount", "Time").to_numpy()
    labels = table["Class"].to_numpy()
    in_training = np.random.default_rng(0).random(len(labels)) < 0.6
    model = xgboost.train(
        {"objective": "binary:logistic", "max_depth": 4, "nthread": 1},
        xgboost.DMatrix(rows[in_training], labels[in_training]),
        num_boost_round=60,
    )
    scores = model.predict(xgboost.DMatrix(rows[~in_training])).astype(float)
    found = evaluate_scores(labels[~in_training], scores, threshold=0.5, days=None, resamples=20)
    assert 0.7 < found["average_precision"].value < 0.95
    assert 0.9 < found["roc_auc"].value < 0.995


@pytest.mark.parametrize(("rows", "frauds"), [(0, 0), (10, 11), (10, -1)])
def test_what_cannot_be_is_refused(rows, frauds):
    with pytest.raises(InvalidParams, match="no more frauds than rows"):
        creditcard_like(rows, frauds=frauds, seed=0)
