"""An exploration is drawn, and a plot of missing values only where there are some."""

from dataclasses import replace

from experiments.exploration.plots import exploration_plots
from experiments.exploration.result import Exploration
from experiments.session import ExperimentSession
from plots.layout.canvas import png


def test_every_picture_can_be_drawn(explored: tuple[Exploration, ExperimentSession]) -> None:
    assert len(explored[0].plots) >= 7
    assert all(png(figure).startswith(b"\x89PNG") for figure in explored[0].plots.values())


def test_missing_values_are_drawn_only_where_there_are_some(
    explored: tuple[Exploration, ExperimentSession],
) -> None:
    exploration = explored[0]
    lacking = [replace(facts, missing_share=0.25) for facts in exploration.columns[:2]]
    gap = (exploration.gap.random, exploration.gap.time)
    drawn = exploration_plots(
        exploration.rows, [*lacking, *exploration.columns[2:]], exploration.manifest.splits, gap
    )
    assert "missing" not in exploration.plots
    assert drawn.keys() == {*exploration.plots, "missing"}
