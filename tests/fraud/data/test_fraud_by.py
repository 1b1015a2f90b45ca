"""Every row, and every fraud, is in one group: of its text, or of the rows without one."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.data.fraud_by import GAP, OTHERS, Group, by_gap, by_text, entity_facts

cells = st.lists(
    st.tuples(st.sampled_from(["web", "till", "phone", "missing", None]), st.integers(0, 1)),
    min_size=1,
    max_size=40,
)


def table_of(rows: list[tuple[str | None, int]]) -> pl.DataFrame:
    schema = {"channel": pl.String, "fraud": pl.Int8}
    return pl.DataFrame(rows, schema=schema, orient="row")


@given(rows=cells, most=st.integers(1, 5))
def test_the_groups_of_a_column_hold_every_row_and_every_fraud_once(
    rows: list[tuple[str | None, int]], most: int
) -> None:
    groups = by_text(table_of(rows), "channel", "fraud", most=most)
    assert sum(group.rows for group in groups) == len(rows)
    assert sum(group.frauds for group in groups) == sum(label for _, label in rows)
    named = groups[:most]
    assert [g.rows for g in named if g.name not in (OTHERS, GAP)] == sorted(
        (g.rows for g in named if g.name not in (OTHERS, GAP)), reverse=True
    )


def test_the_commonest_texts_are_named_then_the_others_then_the_gaps() -> None:
    rows = [("web", 1), ("web", 0), ("web", 0), ("till", 0), ("till", 1), ("b", 1), ("a", 0)]
    found = by_text(table_of([*rows, (None, 1), (None, 0)]), "channel", "fraud", most=2)
    assert found == [
        Group("web", 3, 1), Group("till", 2, 1), Group(OTHERS, 2, 1), Group(GAP, 2, 1),
    ]  # fmt: skip
    assert found[0].share == pytest.approx(1 / 3)
    assert Group("none", 0, 0).share == 0


def test_rows_with_and_without_a_value_are_compared_for_columns_that_miss_some() -> None:
    table = pl.DataFrame(
        {"age": [1.0, None, None, 4.0], "amount": [1.0, 2.0, 3.0, 4.0], "fraud": [0, 1, 0, 1]},
        schema_overrides={"fraud": pl.Int8},
    )
    [found] = by_gap(table, "fraud")
    assert found.column == "age"
    assert (found.gaps.rows, found.gaps.frauds) == (2, 1)
    assert (found.values.rows, found.values.frauds) == (2, 1)


def test_many_frauds_do_not_overflow_the_type_of_the_label() -> None:
    rows: list[tuple[str | None, int]] = [("web", 1)] * 1000
    assert by_text(table_of(rows), "channel", "fraud")[0].frauds == 1000
    assert entity_facts(table_of(rows), "shop", "channel", "fraud").frauds == 1000


def test_entities_are_counted_with_those_that_were_defrauded_once_and_again() -> None:
    rows = [("a", 1), ("a", 1), ("a", 0), ("b", 1), ("c", 0), ("d", 0), (None, 1)]
    found = entity_facts(table_of(rows), "customer", "channel", "fraud")
    assert (found.role, found.column) == ("customer", "channel")
    assert (found.entities, found.rows, found.frauds) == (4, 6, 3)
    assert (found.defrauded, found.repeatedly, found.frauds_of_repeatedly) == (2, 1, 2)
    assert (found.median_rows, found.most_rows) == (1.0, 3)


def test_a_table_without_entities_has_none() -> None:
    found = entity_facts(table_of([(None, 1)]), "customer", "channel", "fraud")
    assert (found.entities, found.rows, found.most_rows) == (0, 0, 0)
