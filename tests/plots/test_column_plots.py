"""Column plots: the strongest columns are on top, and what is suspicious is called so."""

import pytest

from fakes.processes.figure_text import drawn_values, is_written, require_readable, written
from fraud.metrics.estimates import Estimate
from plots.column_plots import (
    column_drift_plot,
    feature_strength_plot,
    missing_values_plot,
    random_versus_time_plot,
)
from plots.layout.canvas import png

MANY = {f"a column with a name that goes on and on and on {n}": 1 - n / 60 for n in range(30)}
PLOTS = (feature_strength_plot, missing_values_plot, column_drift_plot)


def names_of(figure) -> list[str]:
    return [label.get_text() for label in figure.axes[0].get_yticklabels()]


@pytest.mark.parametrize("draw", PLOTS)
@pytest.mark.parametrize(
    "values", [MANY, {"V1": 1.0}, {"V1": 0.5, "V2": 0.5}, {"costs $1 to $2": 1e-9}]
)
def test_any_columns_can_be_read(draw, values: dict[str, float]) -> None:
    figure = draw(values)
    require_readable(figure)
    assert png(figure) == png(draw(values))


@pytest.mark.parametrize("draw", PLOTS)
def test_bars_end_at_the_values_largest_on_top(draw) -> None:
    figure = draw({"weak": 0.6, "strong": 0.9, "middling": 0.7})
    assert names_of(figure) == ["strong", "middling", "weak"]
    ends = [bar.get_x() + bar.get_width() for bar in figure.axes[0].patches]
    assert ends == pytest.approx([0.9, 0.7, 0.6])


def test_a_column_too_good_to_be_true_is_questioned() -> None:
    assert is_written(feature_strength_plot({"V1": 0.95, "V2": 0.6}), "V1 tells most of 2 columns")
    figure = feature_strength_plot({"chargeback": 0.99, "V2": 0.6})
    assert is_written(figure, "1 column ranks frauds too well: known at scoring time?")
    suspicious, other = figure.axes[0].patches
    assert suspicious.get_facecolor() != other.get_facecolor()


def test_only_as_many_columns_are_shown_as_were_asked_for() -> None:
    assert len(names_of(feature_strength_plot(MANY))) == 15
    assert len(names_of(column_drift_plot(MANY, shown=3))) == 3


def test_columns_without_a_missing_value_are_counted_and_not_drawn() -> None:
    figure = missing_values_plot({"full": 0.0, "device": 0.25, "rare": 0.00001})
    assert names_of(figure) == ["device", "rare"]
    assert is_written(figure, "2 of 3 columns miss values, device most: 25.00%")
    assert "< 0.01%" in written(figure)
    none = missing_values_plot({"full": 0.0})
    assert is_written(none, "No value is missing in 1 column")
    require_readable(none)


def test_columns_that_moved_are_counted() -> None:
    figure = column_drift_plot({"V1": 0.3, "V2": 0.1, "V3": 0.05}, noteworthy=0.1)
    assert is_written(figure, "2 of 3 columns moved by 0.1 or more")
    assert is_written(figure, "V1 most: 0.300")


@pytest.mark.parametrize(
    ("random", "time", "told"),
    [
        (
            Estimate(0.86, 0.8, 0.9),
            Estimate(0.78, 0.7, 0.85),
            "promises 0.080 more average precision than later rows give, which chance explains",
        ),
        (Estimate(0.7, 0.6, 0.8), Estimate(0.8, 0.7, 0.9), "promises 0.100 less average"),
        (
            Estimate(0.9, 0.88, 0.92),
            Estimate(0.5, 0.45, 0.55),
            "more average precision than later rows give",
        ),
        (Estimate(0.7, 0.7, 0.7), Estimate(0.7, 0.7, 0.7), "promises 0.000 more average"),
    ],
)
def test_what_a_random_split_promises_is_set_against_time(
    random: Estimate, time: Estimate, told: str
) -> None:
    figure = random_versus_time_plot(random, time)
    assert drawn_values(figure.axes[0]) == [(random.value, 0), (time.value, 1)]
    assert is_written(figure, told)
    require_readable(figure)
