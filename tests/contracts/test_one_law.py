"""One law of a valid row: file, batch and endpoint judge a row alike, and read the same numbers."""

import csv
import io
import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraud.data.roles import Roles
from fraud.data.spec import DataSpec
from fraud.data.text_cells import WHITESPACE
from fraud.data.validation import RowCheck
from fraud.data.value_laws import LARGEST_AMOUNT, LARGEST_VALUE
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import check_transactions
from serving.cells import FIGURE
from serving.csv_fast import parse_fast
from serving.csv_rows import rows_from_csv
from serving.json_rows import rows_from_json, rows_from_json_lines
from serving.rejection import Rejected

NAMES = ("age", "visits", "channel", "amount", "second")
TEXTS = ("web", "on line", "Zürich", "caf\ufffd")
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
Row = dict[str, Any]
Judged = list[float] | None  # the numbers that a model gets; None for a row that is refused


def columns_of(*, refunds: bool) -> ModelColumns:
    roles = Roles("amount", "second", refunds)
    return ModelColumns(NAMES, {"channel": TEXTS}, frozenset({"age"}), roles)


def spec_of(*, refunds: bool) -> DataSpec:
    return DataSpec(
        name="shop", raw="shop.csv", label="fraud", time="second", amount="amount",
        features=["age", "visits"], missing=["age"], categorical=["channel"],
        amount_may_be_negative=refunds,
    )  # fmt: skip


def in_batch(row: Row, *, refunds: bool) -> Judged:
    transaction = {
        "id": "t-1",
        "timestamp": (MIDNIGHT + timedelta(seconds=row["second"])).isoformat(),
        "amount": row["amount"],
        "features": {name: row[name] for name in ("age", "visits", "channel")},
    }
    incoming = check_transactions([transaction], [1], columns_of(refunds=refunds))
    return incoming.model_rows()[0].tolist() if incoming.ids else None


def in_json(row: Row, *, refunds: bool) -> Judged:
    body, columns = json.dumps(row).encode(), columns_of(refunds=refunds)
    found = [answer(read, body, columns) for read in (rows_from_json, rows_from_json_lines)]
    assert repr(found[0]) == repr(found[1])
    return found[0]


def in_csv(row: Row, *, refunds: bool) -> Judged:
    columns, body = columns_of(refunds=refunds), csv_of(row)
    found = answer(rows_from_csv, body, columns)
    fast = parse_fast(body.partition(b"\n")[2], NAMES, columns)
    assert fast is None or repr(fast[0].tolist()) == repr(found)
    return found


def in_file(row: Row, *, refunds: bool) -> Judged:
    columns = columns_of(refunds=refunds)
    cells = {name: cell_of(row[name]) for name in NAMES} | {"fraud": "0"}
    table = pl.DataFrame([cells], schema=dict.fromkeys(cells, pl.String))
    good = RowCheck(spec_of(refunds=refunds), 1)(table).good
    if not good.height:
        return None
    values = good.row(0, named=True)
    return [
        columns.code(name, values[name])
        if name == "channel"
        else math.nan if values[name] is None else values[name]
        for name in NAMES
    ]  # fmt: skip


def answer(read: Any, body: bytes, columns: ModelColumns) -> Judged:
    try:
        return read(body, columns)[0].tolist()
    except Rejected:
        return None


def csv_of(row: Row) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(NAMES)
    writer.writerow([cell_of(row[name]) for name in NAMES])
    return text.getvalue().encode()


def cell_of(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else repr(value)


def is_word(text: str) -> bool:
    """CSV does not tell a figure from a text: the endpoint takes it for a number out of place."""
    return FIGURE.fullmatch(text.strip(WHITESPACE)) is None


numbers = st.sampled_from(
    [0.0, -1.5, 3, LARGEST_VALUE, -LARGEST_VALUE, 1.1 * LARGEST_VALUE, 1e300, math.inf, -math.inf]
) | st.floats(-1e6, 1e6)
amounts = numbers | st.sampled_from(
    [-0.0, -0.01, LARGEST_AMOUNT, -LARGEST_AMOUNT, 0.999 * LARGEST_AMOUNT]
)
spaces = st.text(st.sampled_from(WHITESPACE), max_size=2)
texts = st.tuples(
    spaces,
    st.sampled_from([*TEXTS, "", "WEB", "Zu\u0308rich"])
    | st.text(st.characters(codec="utf-8", exclude_characters="\r\0")).filter(is_word),
    spaces,
).map("".join)
rows = st.fixed_dictionaries(
    {
        "age": st.none() | numbers,
        "visits": st.none() | numbers,
        "channel": st.none() | texts,
        "amount": st.none() | amounts,
        "second": st.integers(0, 86_399),
    }
)


@given(row=rows, refunds=st.booleans())
@settings(deadline=None)
def test_file_batch_and_endpoint_judge_a_row_alike(row: Row, refunds: bool) -> None:
    judges = (in_batch, in_json, in_csv, in_file)
    found = {judge.__name__: judge(row, refunds=refunds) for judge in judges}
    refused = {name for name, numbers in found.items() if numbers is None}
    assert refused in (set(), set(found)), found
    for name, judged in found.items():
        np.testing.assert_array_equal(judged, found["in_batch"], err_msg=name)


GOOD: Row = {"age": None, "visits": 2.0, "channel": " web", "amount": 9.5, "second": 60}


@pytest.mark.parametrize("judge", [in_batch, in_json, in_csv, in_file])
@pytest.mark.parametrize(
    ("changes", "with_refunds", "without"),
    [
        ({}, True, True), ({"amount": -3.0}, True, False), ({"amount": 1e15}, False, False),
        ({"amount": None}, False, False), ({"visits": 1.1e30}, False, False),
        ({"visits": None}, False, False), ({"channel": "\u3000"}, True, True),
    ],
)  # fmt: skip
def test_refunds_are_taken_where_the_data_has_them(
    judge: Any, changes: Row, with_refunds: bool, without: bool
) -> None:
    row = {**GOOD, **changes}
    assert (judge(row, refunds=True) is not None) == with_refunds
    assert (judge(row, refunds=False) is not None) == without
