"""Table transactions: a row of a table becomes the transaction that it is, whatever its type."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from foundation.errors import InvalidData, InvalidParams
from fraud.data.spec import DataSpec
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import check_transactions
from fraud.scoring.table_transactions import transactions_of

DAY = date(2026, 11, 21)
SPEC = DataSpec(
    name="shop", raw="shop.csv", minimum_rows=1, label="fraud", time="second", amount="amount",
    features=["v1", "age"], missing=["age"], categorical=["channel"], id="number",
    annotations=["note"],
)  # fmt: skip
COLUMNS = ModelColumns(SPEC.model_columns, {"channel": ("web", "till")}, frozenset(SPEC.missing))
TEXT = pl.DataFrame(
    {
        "number": ["a", " b ", "c"],
        "v1": ["1.5", " -2e3\t", "0"],
        "age": ["", "NA", "41"],
        "channel": ["web", " till", ""],
        "amount": ["9.95", "0", "12"],
        "second": ["0", "34200.5", "86400"],
    }
)


def test_text_cells_become_numbers_texts_and_gaps():
    converted = transactions_of(TEXT, SPEC, DAY)
    assert converted.notes == []
    assert converted.transactions[:2] == [
        {
            "id": "a", "timestamp": "2026-11-21T00:00:00Z", "amount": 9.95, "category": "web",
            "features": {"v1": 1.5, "age": None, "channel": "web"},
        },
        {
            "id": "b", "timestamp": "2026-11-21T09:30:00.500000Z", "amount": 0.0,
            "category": "till", "features": {"v1": -2000.0, "age": None, "channel": "till"},
        },
    ]  # fmt: skip
    assert converted.transactions[2]["timestamp"] == "2026-11-21T00:00:00Z"
    assert converted.transactions[2]["category"] is None
    assert check_transactions(converted.transactions, [1, 2, 3], COLUMNS).set_aside == []


def test_a_typed_table_becomes_the_same_transactions():
    typed = TEXT.select(
        pl.col("number"),
        pl.Series("v1", [1.5, -2000.0, 0.0]),
        pl.Series("age", [float("nan"), None, 41.0]),
        pl.Series("channel", ["web", "till", None]),
        pl.Series("amount", [9.95, 0.0, 12.0]),
        pl.Series("second", [0.0, 34200.5, 86400.0]),
    )
    assert transactions_of(typed, SPEC, DAY) == transactions_of(TEXT, SPEC, DAY)


def test_moments_of_a_typed_table_say_their_day_themselves():
    moments = [datetime(2026, 11, 20, 9, 30, tzinfo=UTC)] * 2 + [None]
    typed = TEXT.with_columns(second=pl.Series(moments).dt.convert_time_zone("Asia/Tokyo"))
    stamps = [one["timestamp"] for one in transactions_of(typed, SPEC, None).transactions]
    assert stamps == ["2026-11-20T09:30:00Z", "2026-11-20T09:30:00Z", None]
    naive = TEXT.with_columns(second=pl.Series([datetime(2026, 11, 20, 9, 30)] * 3))
    assert transactions_of(naive, SPEC, None).transactions[0]["timestamp"] == stamps[0]


@pytest.mark.parametrize(
    ("column", "cell", "rule"),
    [
        ("v1", "soon", "features_not_finite"), ("v1", "inf", "features_not_finite"),
        ("v1", "", "features_not_finite"), ("age", "1_0", "features_not_finite"),
        ("amount", "12,5", "amount"), ("amount", "-inf", "amount"), ("amount", "", "amount"),
        ("second", "noon", "timestamp"), ("second", "", "timestamp"),
        ("second", "1e300", "timestamp"), ("number", " ", "id"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_costs_its_row_and_is_named(column, cell, rule):
    cells = [cell, *TEXT[column].to_list()[1:]]
    converted = transactions_of(TEXT.with_columns(pl.Series(column, cells)), SPEC, DAY)
    (aside,) = check_transactions(converted.transactions, [1, 2, 3], COLUMNS).set_aside
    assert (aside.position, aside.problems[0].rule) == (1, rule)


def test_label_annotations_and_unknown_columns_are_left_out_the_unknown_ones_by_name():
    wide = TEXT.with_columns(fraud=pl.lit("0"), note=pl.lit("x"), zip=pl.lit("8001"))
    converted = transactions_of(wide, SPEC, DAY)
    assert converted.transactions == transactions_of(TEXT, SPEC, DAY).transactions
    assert converted.notes == ["Columns that the description does not name were left out: 'zip'."]


def test_data_without_ids_get_some_that_no_other_day_has():
    bare = SPEC.model_copy(update={"id": None})
    converted = transactions_of(TEXT.drop("number"), bare, DAY)
    assert [one["id"] for one in converted.transactions] == [
        f"2026-11-21-row-{number}" for number in (1, 2, 3)
    ]
    assert "no column of ids" in converted.notes[0]


def test_a_missing_column_is_named_with_what_it_may_be_called():
    with pytest.raises(InvalidData, match=r"lacks columns of shop: age, amount \(is it 'Amount'"):
        transactions_of(TEXT.drop("age").rename({"amount": "Amount"}), SPEC, DAY)


def test_seconds_of_no_particular_day_need_one():
    with pytest.raises(InvalidParams, match="name the day with --date"):
        transactions_of(TEXT, SPEC, None)


def test_a_table_without_amounts_and_times_has_neither_and_says_what_stands_for_times():
    bare = SPEC.model_copy(update={"amount": None, "time": None})
    converted = transactions_of(TEXT.drop("amount", "second"), bare, DAY)
    assert {one["timestamp"] for one in converted.transactions} == {"2026-11-21T00:00:00Z"}
    assert not any("amount" in one for one in converted.transactions)
    assert converted.notes == ["The data has no column of times: each transaction is at midnight."]
    with pytest.raises(InvalidParams, match="shop has no column of times"):
        transactions_of(TEXT, bare, None)
