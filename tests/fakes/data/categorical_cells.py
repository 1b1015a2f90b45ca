"""Rows of a model with categories and a column that may miss values, as the cells of a CSV."""

import numpy as np
from hypothesis import strategies as st

from fraud.data.text_cells import trimmed
from fraud.scoring.model_columns import ModelColumns

CATEGORICAL = ModelColumns(
    ("Age", "Channel", "Code", "Visits", "Amount", "Time"),
    {"Channel": ("chip", "on line", "Zürich"), "Code": ("5411", "x")},
    frozenset({"Age"}),
)
GOOD = b"41,chip,x,3,9.5,60"

numbers = st.floats(-1e30, 1e30)
channels = st.sampled_from(
    ["", "chip", "on line", "Zürich", "Infinity", "nan", "chips", "CHIP", " chip", "on line\t", " "]
)
codes = st.sampled_from(["", "5411", "x", "5999", "y", "\xa0x", " 5411"])
rows_of_cells = st.lists(
    st.tuples(
        st.one_of(st.just(""), numbers.map(repr)),
        channels,
        codes,
        numbers.map(repr),
        numbers.map(repr),
        numbers.map(repr),
    ),
    min_size=1,
    max_size=8,
)


def numbers_of(rows: list[tuple[str, ...]]) -> list[list[float]]:
    """What the cells stand for: a code for a text, NaN for what is missing or unknown."""
    known = {"Channel": {"chip": 0, "on line": 1, "Zürich": 2}, "Code": {"5411": 0, "x": 1}}
    return [
        [
            known[name].get(trimmed(text), np.nan) if name in known else float(text or "nan")
            for name, text in zip(CATEGORICAL.names, row, strict=True)
        ]
        for row in rows
    ]


def csv_of_cells(rows: list[tuple[str, ...]], separator: str = "\n") -> bytes:
    return separator.join(map(",".join, rows)).encode()
