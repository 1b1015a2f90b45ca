"""A fitted table holds every character of its cells, on a terminal of any width."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ceap.tables.fitted import Field, FittedTable, fitting_widths
from fakes.processes.terminal import printed

words = st.text("abcdefghijklmnopqrstuvwxyz-0123456789", min_size=1, max_size=30)
cells = st.lists(words, min_size=0, max_size=4).map(" ".join)
rows = st.lists(st.tuples(words, cells, cells, cells), min_size=1, max_size=4)
FIELDS = (
    Field("id", on_one_line=True), "status", Field("name", may_break=True),
    Field("extra", may_go=True),
)  # fmt: skip


def table_of(*given_rows: tuple[str, ...]) -> FittedTable:
    table = FittedTable.of(*FIELDS)
    for row in given_rows:
        table.add_row(*row)
    return table


@settings(max_examples=60)
@given(given_rows=rows, width=st.integers(20, 160))
def test_nothing_is_cut_and_nothing_is_wider_than_the_terminal(
    given_rows: list[tuple[str, ...]], width: int
) -> None:
    text = printed(table_of(*given_rows), width=width)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    shown = sorted(re.sub(r"\s", "", text))
    important = sorted("".join("".join(row[:3]).replace(" ", "") for row in given_rows))
    assert not set(important) - set(shown)
    for character in set(important):
        assert shown.count(character) >= important.count(character)


def test_where_there_is_room_each_row_is_a_line() -> None:
    text = printed(table_of(("a-1", "finished", "one name", "more")), width=80)
    assert re.search("a-1 +finished +one name +more", text)


def test_a_column_that_is_empty_in_every_row_is_not_drawn() -> None:
    table = table_of(("a-1", "finished", "[red][/]", ""), ("a-2", "failed", "", ""))
    for width in (80, 12):
        text = printed(table, width=width)
        assert not any(name in text for name in ("name", "extra"))
    assert table.natural_width == len("a-1  finished")
    assert "extra" in printed(table_of(), width=80)


def test_a_less_important_column_goes_first_and_is_named() -> None:
    row = ("identity-of-27-characters-x", "interrupted at features", "some name", "left out here")
    text = printed(table_of(row), width=52)
    assert "left" not in text
    assert "Too narrow for: extra (--wide shows all)" in text
    assert "identity-of-27-characters-x" in text
    assert "left out here" in printed(table_of(row), width=table_of(row).natural_width)


def test_words_are_broken_only_where_they_may_be_and_room_lacks() -> None:
    row = ("a-1", "interrupted", "a-name-of-twenty-nine-letters", "")
    assert "a-name-of-twenty-nine-letters" in printed(table_of(row), width=60)
    narrow = printed(table_of(row), width=40)
    assert "interrupted" in narrow
    assert "a-name-of-twenty-nine-letters" not in narrow


def test_on_a_very_narrow_terminal_rows_are_lists() -> None:
    text = printed(table_of(("identity", "interrupted", "name", "extra")), width=24)
    assert [line.split() for line in text.splitlines()] == [
        ["identity"], ["status", "interrupted"], ["name", "name"], ["extra", "extra"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("available", "widths"), [(30, [10, 20]), (28, [9, 19]), (20, [5, 15]), (12, [4, 8])]
)
def test_room_beyond_the_least_goes_where_most_is_lacking(
    available: int, widths: list[int]
) -> None:
    assert fitting_widths([10, 20], [4, 8], available) == widths
    assert fitting_widths([10, 20], [4, 8], 11) is None
