"""A table says all of a data frame, on a terminal of any width."""

import io
import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ceap.tables.data_frame import TerminalTable

INTERVAL = "0.866 (0.834–0.899)"
LEADERBOARD = pl.DataFrame(
    {
        "": [1, 2],
        "contender": ["xgboost", "logistic_regression"],
        **{f"metric {number}": [INTERVAL, f"0.{number}00 (0.1–0.9)"] for number in range(9)},
        "fit, s": [1.5, None],
        "note": ["", "a text whose words may well stand on several lines below each other"],
    }
)


def printed(frame: pl.DataFrame, width: int, title: str = "") -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(TerminalTable(frame, title))
    return console.export_text()


@pytest.mark.parametrize("width", [80, 100, 120, 200, 400])
def test_no_interval_is_broken_and_no_cell_is_lost(width: int) -> None:
    text = printed(LEADERBOARD, width, "Leaderboard")
    assert text.count(INTERVAL) == 9
    assert all(f"0.{number}00 (0.1–0.9)" in text for number in range(9))
    assert all(word in text for word in LEADERBOARD["note"][1].split())
    assert max(map(len, text.splitlines())) <= width
    assert text.count("Leaderboard") == 1


def test_each_part_says_whose_figures_it_has() -> None:
    text = printed(LEADERBOARD, 80)
    parts = text.count("┏")
    assert parts > 2
    assert text.count("logistic_regression") == parts
    assert len(re.findall(r"│ 2 +│", text)) == parts


def test_a_column_that_is_empty_in_every_row_is_not_drawn() -> None:
    frame = pl.DataFrame(
        {"name": ["a", "b"], "note": ["", ""], "seconds": [None, None], "n": [0, 0]}
    )
    text = printed(frame, 80)
    assert all(name in text for name in ("name", "n"))
    assert not any(name in text for name in ("note", "seconds"))
    assert "note" in printed(LEADERBOARD, 80)
    assert "note" in printed(frame.clear(), 80)


def test_where_there_is_room_it_is_one_table() -> None:
    assert printed(LEADERBOARD, 400).count("┏") == 1


@given(
    values=st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=12),
    width=st.integers(40, 200),
)
def test_figures_without_any_text_are_all_there(values: list[int], width: int) -> None:
    frame = pl.DataFrame({f"c{place}": [value] for place, value in enumerate(values)})
    text = printed(frame, width)
    assert all(re.search(rf"(?<![\d-]){value}(?!\d)", text) for value in values)


def test_a_table_of_no_rows_shows_its_columns() -> None:
    text = printed(pl.DataFrame(schema={"run": pl.String, "value": pl.Float64}), 80)
    assert "run" in text
    assert "value" in text
