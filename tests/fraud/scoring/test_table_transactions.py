"""Table transactions: a row of a table becomes the transaction that it is, whatever its type."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from foundation.errors import InvalidData, InvalidParams
from fraud.data.spec import DataSpec
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import check_transactions
from fraud.scoring.table_transactions import require_columns, table_notes, transactions_of

DAY = date(2026, 11, 21)
SPEC = DataSpec(
    name="shop", raw="shop.csv", minimum_rows=1, label="fraud", time="second", amount="amount",
    features=["v1", "age"], missing=["age"], categorical=["channel"], id="number",
    annotations=["note"],
)  # fmt: skip
COLUMNS = ModelColumns(
    SPEC.model_columns, {"channel": ("web", "till")}, frozenset(SPEC.missing), SPEC.roles
)
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
    assert converted[:2] == [
        {
            "id": "a", "timestamp": "2026-11-21T00:00:00Z", "amount": 9.95, "category": "web",
            "features": {"v1": 1.5, "age": None, "channel": "web"},
        },
        {
            "id": "b", "timestamp": "2026-11-21T09:30:00.500000Z", "amount": 0.0,
            "category": "till", "features": {"v1": -2000.0, "age": None, "channel": "till"},
        },
    ]  # fmt: skip
    assert converted[2]["timestamp"] == "2026-11-21T00:00:00Z"
    assert converted[2]["category"] is None
    assert check_transactions(converted, [1, 2, 3], COLUMNS).set_aside == []


def test_columns_of_entities_become_entities_where_the_table_has_them():
    spec = SPEC.model_copy(update={"entities": {"customer": "owner", "card": "pan"}})
    table = TEXT.with_columns(pl.Series("owner", ["C-1", " C-2 ", ""]))
    told = [one["entities"] for one in transactions_of(table, spec, DAY)]
    assert told == [{"customer": "C-1"}, {"customer": "C-2"}, {"customer": None}]
    assert "entities" not in transactions_of(TEXT, spec, DAY)[0]


def test_a_typed_table_becomes_the_same_transactions():
    typed = TEXT.select(
        pl.col("number"),
        pl.Series("v1", [1.5, -2000.0, 0.0]),
        pl.Series("age", [None, None, 41.0]),
        pl.Series("channel", ["web", "till", None]),
        pl.Series("amount", [9.95, 0.0, 12.0]),
        pl.Series("second", [0.0, 34200.5, 86400.0]),
    )
    assert transactions_of(typed, SPEC, DAY) == transactions_of(TEXT, SPEC, DAY)


def test_moments_of_a_typed_table_say_their_day_themselves():
    moments = [datetime(2026, 11, 20, 9, 30, tzinfo=UTC)] * 2 + [None]
    typed = TEXT.with_columns(second=pl.Series(moments).dt.convert_time_zone("Asia/Tokyo"))
    stamps = [one["timestamp"] for one in transactions_of(typed, SPEC, None)]
    assert stamps == ["2026-11-20T09:30:00Z", "2026-11-20T09:30:00Z", None]
    naive = TEXT.with_columns(second=pl.Series([datetime(2026, 11, 20, 9, 30)] * 3))
    assert transactions_of(naive, SPEC, None)[0]["timestamp"] == stamps[0]


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
    (aside,) = check_transactions(converted, [1, 2, 3], COLUMNS).set_aside
    assert (aside.position, aside.problems[0].rule) == (1, rule)


def test_what_a_table_has_besides_is_told_with_what_was_probably_meant():
    assert table_notes(["Amonut", "zip"], 3, SPEC) == [
        "The column 'Amonut' is not described, and left out (is it 'amount'?).",
        "The column 'zip' is not described, and left out.",
        "3 rows could not be divided into cells, and will come last.",
    ]


def test_data_without_ids_get_some_that_no_other_day_has():
    bare = SPEC.model_copy(update={"id": None})
    converted = transactions_of(TEXT.drop("number"), bare, DAY)
    assert [one["id"] for one in converted] == [f"2026-11-21-row-{n}" for n in (1, 2, 3)]
    assert "no column of ids" in table_notes([], 0, bare)[0]


@pytest.mark.parametrize(
    ("cell", "form"),
    [
        ("2026-11-20T10:30:00+01:00", {"time_format": "iso"}),
        ("20.11.2026 09:30", {"time_format": "%d.%m.%Y %H:%M"}),
        ("1795167000000", {"time_unit": "ms", "time_since": date(1970, 1, 1)}),
    ],
)
def test_times_of_a_calendar_say_their_day_themselves(cell, form):
    spec = SPEC.model_copy(update=form)
    found = transactions_of(TEXT.with_columns(second=pl.lit(cell)), spec, None)
    assert {one["timestamp"] for one in found} == {"2026-11-20T09:30:00Z"}


def test_numbers_are_read_in_the_notation_of_the_description():
    spec = SPEC.model_copy(update={"decimal": ",", "thousands": ".", "currency": "€"})
    found = transactions_of(TEXT.with_columns(amount=pl.lit("€ 1.234,50")), spec, DAY)
    assert {one["amount"] for one in found} == {1234.5}


def test_a_missing_column_is_named_with_what_it_may_be_called():
    with pytest.raises(InvalidData, match=r"lacks columns of shop: age, amount\. Nothing was"):
        transactions_of(TEXT.drop("age", "amount"), SPEC, DAY)
    with pytest.raises(InvalidData, match=r"shop: amount \(is it 'Amount'\?\)"):
        require_columns(TEXT.drop("amount").columns, SPEC, unused=["zip", "Amount"])


def test_seconds_of_no_particular_day_need_one():
    with pytest.raises(InvalidParams, match="name the day with --date"):
        transactions_of(TEXT, SPEC, None)


def test_a_table_without_amounts_and_times_has_neither_and_says_what_stands_for_times():
    bare = SPEC.model_copy(update={"amount": None, "time": None})
    converted = transactions_of(TEXT.drop("amount", "second"), bare, DAY)
    assert {one["timestamp"] for one in converted} == {"2026-11-21T00:00:00Z"}
    assert not any("amount" in one for one in converted)
    (told,) = table_notes([], 0, bare)
    assert told == "The data has no column of times: each transaction is at midnight."
    with pytest.raises(InvalidParams, match="shop has no column of times"):
        transactions_of(TEXT, bare, None)
