"""A comparison is drawn with every contender in each figure."""

from matplotlib.text import Text

from experiments.comparison.result import Comparison
from experiments.session import ExperimentSession
from plots.layout.canvas import png


def test_every_picture_can_be_drawn_and_is_recorded(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    comparison, session = compared
    assert comparison.plots.keys() == {"leaderboard", "precision_recall", "calibration", "cost"}
    assert all(png(figure).startswith(b"\x89PNG") for figure in comparison.plots.values())
    recorded = session.tracking.artifact_names(comparison.run_id or "")
    assert {f"plots/{name}.png" for name in comparison.plots} <= set(recorded)


def test_every_contender_is_named_in_each_figure(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    for figure in compared[0].plots.values():
        written = " ".join(text.get_text() for text in figure.findobj(Text))
        assert "logistic" in written
        assert "random" in written
