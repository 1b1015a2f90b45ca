"""Valid rows are kept as they are, and bad ones are named with all that is wrong."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.errors import InvalidData
from fraud.data.spec import DataSpec
from fraud.data.validation import RowCheck, require_header, stored_schema

SPEC = DataSpec(
    name="cards",
    raw="cards.csv",
    minimum_rows=1,
    label="Class",
    time="Time",
    amount="Amount",
    features=["V1", "V2"],
)
HEADER = ("Time", "V1", "V2", "Amount", "Class")
GOOD = "0,1.5,-2,9.99,0"


def checked(*lines: str, details: int = 100):
    return RowCheck(SPEC, details)(cells_of(*lines))


def cells_of(*lines: str) -> pl.DataFrame:
    rows = [line.split(",") for line in lines]
    return pl.DataFrame(rows, schema=dict.fromkeys(HEADER, pl.String), orient="row")


def test_good_rows_are_stored_in_the_order_of_the_model():
    rows = checked(GOOD, "1e+05,0.5,.25,0,1")
    assert rows.good.schema == stored_schema(SPEC)
    assert rows.good.rows() == [(1.5, -2.0, 9.99, 0.0, 0), (0.5, 0.25, 0.0, 1e5, 1)]
    assert rows.bad_count == 0
    assert rows.bad.is_empty()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0,,2,3,0", "V1 is empty"),
        ("0,1,abc,3,0", "V2 is 'abc', not a number"),
        ("0,1,2,12 euros,0", "Amount is '12 euros', not a number"),
        ("0,NaN,2,3,0", "V1 is 'NaN', not a finite number"),
        ("0,inf,2,3,0", "V1 is 'inf', not a finite number"),
        ("0,1,-1e999,3,0", "V2 is '-1e999', not a finite number"),
        ("0,1,-1.1e30,3,0", "V2 is -1.1e30, beyond ±1e+30"),
        ("0,1,2,1e15,0", "Amount is 1e15, and an amount is less than 1e+15"),
        ("0,1_000,2,3,0", "V1 is '1_000', not a number"),
        ("0,1,2,3,2", "Class is '2', and a label is 0 or 1"),
        ("0,1,2,3,0.5", "Class is '0.5', and a label is 0 or 1"),
        ("0,1,2,3,fraud", "Class is 'fraud', and a label is 0 or 1"),
        ("0,1,2,3,", "Class is empty"),
        ("0,1,2,-0.01,0", "Amount is -0.01, and it cannot be negative"),
        ("-1,1,2,3,0", "Time is -1, and it cannot be negative"),
        (",,,,", "the row is empty"),
        ("0,x,2,-3,0", "V1 is 'x', not a number; Amount is -3, and it cannot be negative"),
        ("0," + "9x" * 40 + ",2,3,0", "V1 is '" + "9x" * 20 + "…', not a number"),
    ],
)
def test_a_bad_row_is_named_with_all_that_is_wrong(line, reason):
    rows = checked(GOOD, line, GOOD)
    assert rows.good.height == 2
    assert rows.bad.rows() == [(2, reason, line)]
    assert sum(rows.reasons.values()) >= rows.bad_count == 1
    assert RowCheck(SPEC, 9).all_good(cells_of(GOOD, line, GOOD)) is None


def test_all_bad_rows_are_counted_and_the_first_are_described():
    rows = checked(*["0,1,2,3,9"] * 5, "0,1,2,-3,0", details=2)
    assert rows.bad["row"].to_list() == [1, 2]
    assert rows.bad_count == 6
    assert rows.reasons == {"a label other than 0 or 1": 5, "a negative amount": 1}


def test_numbers_of_which_the_sum_is_too_large_are_good():
    assert checked("0,9e29,9e29,3,0").good.row(0) == (9e29, 9e29, 3, 0, 0)


def test_numbers_that_are_read_already_are_judged_like_their_text():
    numbers = cells_of(GOOD, "1,2,3,4,1").cast(pl.Float64)
    assert RowCheck(SPEC, 9).all_good(numbers).good.equals(checked(GOOD, "1,2,3,4,1").good)


cells = st.sampled_from(["", "0", "1", "-1", "2.5", "nan", "inf", "x", "1e3", " ", " 1 ", "1_0"])
lines = st.lists(cells, min_size=5, max_size=5).map(",".join)


@settings(max_examples=30)
@given(st.lists(lines, min_size=1, max_size=8))
def test_each_row_is_either_good_or_described_alone_and_beside_others(block):
    rows = checked(*block)
    assert sorted([*(1 + rows.lines), *rows.bad["row"]]) == list(range(1, len(block) + 1))
    assert rows.bad["text"].to_list() == [block[row - 1] for row in rows.bad["row"]]
    assert all(rows.bad["reason"])
    assert rows.good.null_count().sum_horizontal().item() == 0
    assert rows.good.select(pl.all_horizontal(pl.all().is_finite())).to_series().all()
    assert rows.good.equals(pl.concat([checked(line).good for line in block]))
    at_once = RowCheck(SPEC, 9).all_good(cells_of(*block))
    assert (at_once is not None) <= (rows.bad_count == 0)
    assert at_once is None or at_once.good.equals(rows.good)


LABELLED = SPEC.model_copy(update={"positive": ["fraud", "2"], "negative": []})


def test_labels_may_be_words_in_any_case_and_numbers_in_any_notation():
    lines = [f"0,1,2,3,{label}" for label in ("Fraud", " fraud", "2.0", "no", "NO")]
    rows = RowCheck(LABELLED, 9)(cells_of(*lines))
    assert rows.good["Class"].to_list() == [1, 1, 1, 0, 0]
    assert rows.other_labels == {"no"}


def test_a_label_that_is_neither_fraud_nor_named_as_another_is_bad():
    spec = LABELLED.model_copy(update={"negative": ["no"]})
    rows = RowCheck(spec, 9)(cells_of("0,1,2,3,no", "0,1,2,3,maybe"))
    assert rows.good["Class"].to_list() == [0]
    assert rows.bad["reason"].to_list() == ["Class is 'maybe', and a label is fraud, 2 or no"]
    assert rows.other_labels == frozenset()


def test_an_amount_is_negative_where_the_description_allows_it():
    refunds = SPEC.model_copy(update={"amount_may_be_negative": True})
    assert RowCheck(refunds, 9).all_good(cells_of("0,1,2,-3,0")).good["Amount"].to_list() == [-3]


def test_columns_may_stand_in_any_order():
    require_header(tuple(reversed(HEADER)), SPEC, file="cards.csv")


def test_every_wrong_column_is_listed_at_once_with_its_likely_name():
    with pytest.raises(InvalidData) as refusal:
        require_header(("Time", "V1", "v2", "Amuont", "Class", "V1"), SPEC, file="cards.csv")
    assert str(refusal.value) == (
        "cards.csv does not have the columns of cards:\n"
        "  - missing: V2, Amount\n"
        "  - not expected: 'v2' (did you mean V2?), 'Amuont' (did you mean Amount?)\n"
        "  - there twice: V1\n"
        "Their order is free, their names are not. Nothing was written. Correct the header, or "
        "describe the data set in a file of its own in params/data/. To leave out every column "
        "that has no role: ignore: rest"
    )


def test_a_header_of_garbage_is_not_shown_whole():
    with pytest.raises(InvalidData) as refusal:
        require_header(tuple(f"{n}" * 9999 for n in range(1000)), SPEC, file="cards.csv")
    assert len(str(refusal.value)) < 3000
    assert "and 960 more" in str(refusal.value)


@pytest.mark.parametrize(
    ("header", "advice"),
    [
        (("Time;V1;V2;Amount;Class",), "delimiter: semicolon"),
        (("Time\tV1\tV2\tAmount\tClass",), "delimiter: tab"),
        (("unnamed_1", *HEADER), "ignore: [unnamed_1]"),
        ((*HEADER, "note"), "ignore: rest"),
    ],
)
def test_a_usual_reason_for_a_wrong_header_comes_with_what_to_write(header, advice):
    with pytest.raises(InvalidData) as refusal:
        require_header(header, SPEC, file="cards.csv")
    assert str(refusal.value).endswith(advice)


def test_a_column_that_the_description_leaves_out_is_no_stranger():
    spec = SPEC.model_copy(update={"ignore": ["rest"]})
    header = ("note", *HEADER)
    require_header(header, spec.resolved(header), file="cards.csv")
