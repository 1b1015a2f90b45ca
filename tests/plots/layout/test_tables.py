"""A readable table shows every value of the frame, and runs nothing that stands in it."""

import html
import re
from datetime import UTC, datetime

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from plots.layout.tables import filled, readable

FRAME = pl.DataFrame(
    {
        "name": ["xgboost", "a <script>"],
        "average precision": ["0.861 (0.828–0.894)", "0.765 (0.719–0.808)"],
        "rows": [199_364, 5],
        "seconds": [7.25, None],
    }
)


def cells(table: str) -> list[str]:
    found = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", table, flags=re.DOTALL)
    return [html.unescape(re.sub(r"<[^>]+>", " ", cell)).strip() for cell in found]


def test_every_cell_is_there_in_order() -> None:
    shown = cells(readable(FRAME)._repr_html_())
    assert shown[:4] == FRAME.columns
    assert [re.sub(r"\s+", " ", cell) for cell in shown[4:]] == [
        "xgboost", "0.861 (0.828–0.894)", "199,364", "7.25",
        "a <script>", "0.765 (0.719–0.808)", "5", "",
    ]  # fmt: skip


def test_numbers_and_intervals_stand_to_the_right_and_words_to_the_left() -> None:
    sides = re.findall(r"<th[^>]*text-align:(\w+)", readable(FRAME)._repr_html_())
    assert sides == ["left", "right", "right", "right"]


def test_a_column_that_is_empty_in_every_row_is_left_out() -> None:
    frame = FRAME.with_columns(note=pl.lit(""), why=pl.lit(None), zero=0, no=pl.lit(value=False))
    assert filled(frame).columns == [*FRAME.columns, "zero", "no"]
    assert cells(readable(frame)._repr_html_())[:6] == [*FRAME.columns, "zero", "no"]
    assert filled(frame.clear()).columns == frame.columns
    assert filled(frame.select("note", "why")).columns == ["note", "why"]


@given(text=st.text(max_size=30))
def test_text_is_shown_as_it_is_and_never_as_markup(text: str) -> None:
    table = readable(pl.DataFrame({"text": [text]}))._repr_html_()
    assert html.escape(text) in table or not text


def test_outside_a_notebook_it_prints_as_the_frame_does() -> None:
    assert repr(readable(FRAME)) == str(FRAME)


def test_a_table_without_rows_says_that_there_are_none() -> None:
    assert cells(readable(FRAME.clear())._repr_html_()) == [*FRAME.columns, "none"]


def test_moments_are_told_to_the_second() -> None:
    moment = datetime(2026, 11, 26, 19, 6, 40, 113_000, tzinfo=UTC)
    shown = cells(readable(pl.DataFrame({"at": [moment]}))._repr_html_())
    assert shown == ["at", "2026-11-26 19:06:40+00:00"]
