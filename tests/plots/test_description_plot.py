"""The picture of a description is never empty: a panel without data says why."""

import numpy as np
import polars as pl
import pytest

from fakes.processes.figure_text import require_readable, written
from plots.description_plot import description_plot
from plots.layout.canvas import png

COLUMNS = pl.DataFrame(
    {
        "column": ["a column with a name that goes on and on and on", "costs $1", "id"],
        "role": ["number", "category", "id"],
        "missing": [0.25, 0.0, 0.0],
        "distinct": [90, 4, 400],
    }
)
LABELS = (np.arange(400) % 10 == 0).astype(float)
TIMES = np.arange(400) * 1800.0


@pytest.mark.parametrize("has_calendar", [True, False])
@pytest.mark.parametrize("times", [TIMES, None, np.full(400, np.nan), np.zeros(400)])
def test_any_file_can_be_read(times, has_calendar):
    figure = description_plot(
        "cards", COLUMNS, labels=LABELS, times=times, has_calendar=has_calendar
    )
    require_readable(figure)
    assert len(png(figure)) > 10_000


def test_an_empty_panel_says_why():
    figure = description_plot("cards", COLUMNS.head(0), labels=None, times=None, has_calendar=False)
    texts = " ".join(written(figure))
    assert "The label is still a question" in texts
    assert "No value is missing" in texts
    assert "No column is a category" in texts


def test_classes_are_counted():
    figure = description_plot("cards", COLUMNS, labels=LABELS, times=None, has_calendar=False)
    texts = " ".join(written(figure))
    assert "10.00% fraud" in texts
    assert "360" in texts
    assert "The file describes no time" in texts
