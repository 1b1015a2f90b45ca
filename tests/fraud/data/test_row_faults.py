"""A row has a fault where an expression says so, and a sentence says which."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.data.row_faults import (
    SHOWN_CHARACTERS,
    are_all_good,
    faults,
    field_excerpt,
    row_problems,
)
from fraud.data.spec import DataSpec
from fraud.data.validation import values_of

SPEC = DataSpec(
    name="n", raw="n.csv", minimum_rows=1, label="y", time="t", amount="a", features=["x", "m"],
    missing=["m"],
)  # fmt: skip
COLUMNS = ("x", "m", "a", "t", "y")
fields = st.sampled_from(["", "0", "1", "-1", "2.5", "nan", "inf", "x", "1e999"])


def cells_of(*lines: str) -> pl.DataFrame:
    rows = [line.split(",") for line in lines]
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def table_of(*lines: str) -> pl.DataFrame:
    cells = cells_of(*lines)
    return cells.select(values_of(cells, SPEC))


@given(line=st.lists(fields, min_size=5, max_size=5).map(",".join))
def test_a_sentence_is_there_where_an_expression_holds_and_only_there(line):
    table = table_of(line)
    found = table.select(**faults(SPEC)).fill_null(False).row(0, named=True)
    values = table.row(0, named=True)
    problems = row_problems(cells_of(line).row(0, named=True), values, SPEC)
    assert bool(problems) == any(found.values())
    # An overflow of good numbers may be checked again: then no fault is found.
    assert not (are_all_good(table, SPEC) and problems)


def test_good_rows_pass_at_once_and_a_number_may_be_missing_where_the_data_says_so():
    assert are_all_good(table_of("1,2,3,4,0", "1,,3,4,1"), SPEC)
    assert not are_all_good(table_of("1,2,3,4,0", ",2,3,4,1"), SPEC)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",1,1,1,0", "a missing or unreadable number"),
        ("1,1,inf,1,0", "a number that is not finite"),
        ("1,1,1,1,2", "a label other than 0 or 1"),
        ("1,1,-1,1,0", "a negative amount"),
        ("1,1,1,-1,0", "a negative time"),
    ],
)
def test_each_reason_holds_where_it_should_and_no_other(line, reason):
    found = table_of(line).select(**faults(SPEC)).fill_null(False).row(0, named=True)
    assert [name for name, holds in found.items() if holds] == [reason]


@pytest.mark.parametrize("left_out", [{"amount"}, {"time"}, {"amount", "time"}])
def test_a_column_without_the_role_may_be_negative(left_out):
    # The column is there still, as a feature.
    moved = [getattr(SPEC, role) for role in sorted(left_out)]
    spec = SPEC.model_copy(update={**dict.fromkeys(left_out), "features": [*SPEC.features, *moved]})
    cells = cells_of("1,1,-1,-1,0")
    table = cells.select(values_of(cells, spec))
    found = table.select(**faults(spec)).fill_null(False).row(0, named=True)
    negative = {f"a negative {role}" for role in {"amount", "time"} - left_out}
    assert {reason for reason, holds in found.items() if holds} == negative
    assert are_all_good(table, spec) == (not negative)
    problems = row_problems(cells.row(0, named=True), table.row(0, named=True), spec)
    assert len(problems) == len(negative)


@given(st.text(max_size=100))
def test_what_is_shown_of_a_field_is_short(field):
    assert len(field_excerpt(field)) <= SHOWN_CHARACTERS + 1
    assert field.startswith(field_excerpt(field)[:SHOWN_CHARACTERS])
