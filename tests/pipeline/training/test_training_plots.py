"""Training plots can be drawn of any training."""

from pipeline.training.training_plots import importance_plot, learning_curve_plot
from plots.layout.canvas import png

PNG = b"\x89PNG\r\n\x1a\n"


def test_training_plots_can_be_drawn_of_any_training() -> None:
    for figure in (
        learning_curve_plot([0.1, 0.5, 0.4], best_iteration=2, measure="average precision"),
        learning_curve_plot([], best_iteration=None, measure="average precision"),
        importance_plot({"V1": 0.5, "V2": -0.01}),
    ):
        assert png(figure).startswith(PNG)
