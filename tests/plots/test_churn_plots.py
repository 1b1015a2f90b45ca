"""Churn plots: newly flagged to the right, released to the left, whatever their number."""

import pytest

from fakes.processes.figure_text import is_written, require_readable
from plots.churn_plots import churn_plot


@pytest.mark.parametrize("many", [1, 2, 7, 30])
@pytest.mark.parametrize("size", [0, 1, 123_456])
def test_any_number_of_days_of_any_size_can_be_read(many: int, size: int) -> None:
    newly = {f"2026-11-{day + 1:02}": size * day for day in range(many)}
    figure = churn_plot(newly, dict.fromkeys(newly, size))
    require_readable(figure)
    assert is_written(figure, "2026-11-01")


def test_each_bar_is_as_long_as_its_transactions_are_many() -> None:
    figure = churn_plot({"monday": 3, "tuesday": 0}, {"tuesday": 5, "monday": 1})
    right, left = figure.axes[0].containers
    assert [bar.get_width() for bar in right] == [3, 0]
    assert [bar.get_width() for bar in left] == [-1, -5]
    assert is_written(figure, "3 transactions would be flagged newly")
    assert is_written(figure, "+3")
    assert is_written(figure, "−5")
    assert not is_written(figure, "−0")
