"""Input plots: every column and day has its place, and a picture is never empty without a word."""

from datetime import timedelta

import numpy as np
import pytest

from fakes.data.quiet_bank import QuietBank
from fakes.data.summaries import DAY, MONITORED
from fakes.processes.figure_text import written
from fraud.monitoring.day_metrics import DayMetrics
from fraud.monitoring.inputs.finding import InputFinding
from fraud.monitoring.inputs.rules import usual_of
from fraud.monitoring.inputs.usual import Usual
from pipeline.inference.input_drift import InputChange
from pipeline.inference.input_plots import input_change_plot, input_heat_map
from plots.layout.canvas import png

TODAY = MONITORED.metrics
BROKEN = InputFinding(column="v$2", verdict="drift", sentence="v$2 costs $0: stuck?", size=20.0)


def steady(number: int) -> InputFinding:
    name = f"a_column_with_quite_a_long_name_{number}"
    return InputFinding(column=name, verdict="steady", sentence="as usual.", size=0.5)


def earlier(age: int, **sizes: float) -> DayMetrics:
    changes = {"day": DAY - timedelta(days=age), "input_sizes": sizes}
    return TODAY.model_copy(update=changes)


def test_the_heat_map_has_a_cell_for_each_column_and_day():
    history = [earlier(4, x=0.2), earlier(1, x=2.5)]
    found = [InputFinding(column="x", verdict="steady", sentence="x is as usual.", size=0.1)]
    figure = input_heat_map(found, history, TODAY)
    (mesh,) = figure.axes[0].collections
    cells = np.ma.filled(mesh.get_array(), np.nan)
    np.testing.assert_array_equal(cells, [[0.2, np.nan, np.nan, 2.5, 0.1]])


def test_the_heat_map_says_how_many_columns_drifted_and_what_the_worst_is():
    figure = input_heat_map([BROKEN, *map(steady, range(40))], [earlier(3)], TODAY)
    told = " ".join(written(figure)).replace("\n", " ").replace("\\$", "$")
    assert "1 of 41 columns are not as usual; the 25 most changed are shown" in told
    assert "v$2 costs $0: stuck?" in told
    assert len(figure.axes[0].get_yticks()) == 25
    assert png(figure)


def test_without_counts_the_heat_map_says_so():
    figure = input_heat_map([], [], TODAY)
    assert "Nothing was counted" in " ".join(written(figure))
    assert png(figure)


@pytest.mark.parametrize("with_reference", [True, False])
def test_the_changes_show_each_kind_of_column(with_reference):
    bank = QuietBank(np.random.default_rng(1), 300)
    reference = bank.reference(3_000)
    today, days = bank.day(reference), [bank.earlier_day(reference) for _ in range(8)]
    changes = [
        InputChange(
            InputFinding(column=name, verdict="steady", sentence=f"{name} is as usual."),
            today.columns[name],
            usual_of(name, today.columns[name], reference if with_reference else None, days, 7),
        )
        for name in ("v0", "channel", "amount", "time")
    ]
    figure = input_change_plot(changes)
    assert len(figure.axes) == 4
    assert [len(axes.lines) for axes in figure.axes] == [2, 0, 2, 2]
    assert len(figure.axes[1].patches) == 2 * len(figure.axes[1].get_xticks())
    assert png(figure)


@pytest.mark.parametrize("volume", [0, 300])
def test_a_day_with_nothing_to_compare_with_is_drawn_alone(volume):
    bank = QuietBank(np.random.default_rng(1), 300)
    today = bank.day(None).columns
    if not volume:
        empty = {"rows": 0, "missing": 0, "unknown": 0, "quantiles": [], "texts": {}}
        today = {name: each.model_copy(update=empty) for name, each in today.items()}
    found = [
        InputFinding(column=name, verdict="not_enough_history", sentence="nothing to compare.")
        for name in today
    ]
    assert png(input_heat_map(found, [], TODAY))
    changes = [InputChange(each, today[each.column], Usual()) for each in found]
    assert png(input_change_plot(changes))
