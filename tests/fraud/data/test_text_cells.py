"""Text cells: Python and polars trim the same, and no whitespace is left at either end."""

import sys

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.data.text_cells import WHITESPACE, trimmed, trimmed_cells

spaced = st.text(st.sampled_from(WHITESPACE) | st.characters(codec="utf-8"))


@given(st.lists(spaced | st.none(), max_size=20))
def test_polars_trims_as_python_does(texts):
    column = pl.DataFrame({"text": texts}, schema={"text": pl.String})
    found = column.select(trimmed_cells(pl.col("text")))["text"].to_list()
    assert found == [None if text is None else trimmed(text) for text in texts]


@given(spaced)
def test_nothing_but_the_whitespace_at_both_ends_is_taken(text):
    kept = trimmed(text)
    assert kept in text
    assert trimmed(kept) == kept
    assert kept == kept.strip()
    taken = text.replace(kept, "", 1) if kept else text
    assert set(taken) <= set(WHITESPACE)


def test_whatever_python_calls_whitespace_is_trimmed():
    every = {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()}
    assert every == set(WHITESPACE) - {"\ufeff"}


@pytest.mark.parametrize("text", ["web", " web", "web\t", "\xa0web\u3000", "\ufeffweb\r\n"])
def test_a_space_after_a_comma_makes_no_new_category(text):
    assert trimmed(text) == "web"


def test_whitespace_within_a_text_stays():
    assert trimmed("  on  line ") == "on  line"
