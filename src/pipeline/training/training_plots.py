"""Training plots: the learning curve and the permutation importances of a model."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from plots.layout.canvas import BLUE, GREY, canvas, mark


def learning_curve_plot(
    values: Sequence[float], *, best_iteration: int | None, measure: str
) -> Figure:
    """Draw the validation measure by iteration, with the iteration that was kept."""
    figure, axes = canvas(
        "Learning curve", f"Validation {measure} after each of {len(values)} iterations"
    )
    iterations = np.arange(1, len(values) + 1)
    axes.plot(iterations, values, color=BLUE, lw=2)
    if best_iteration is not None and 0 < best_iteration <= len(values):
        kept = values[best_iteration - 1]
        mark(axes, (best_iteration, kept), f"kept: {kept:.4f}\niteration {best_iteration}")
    axes.set(xlabel="Iteration", ylabel=measure.capitalize(), xlim=(0, len(values) * 1.02 + 1))
    return figure


def importance_plot(importances: Mapping[str, float], *, shown: int = 15) -> Figure:
    """Draw the permutation importances: the loss when a column is shuffled, largest on top."""
    largest = sorted(importances.items(), key=lambda item: item[1])[-shown:]
    figure, axes = canvas(
        "What the model relies on",
        "Average precision lost on validation when a column is shuffled",
    )
    bars = axes.barh(
        [name for name, _ in largest], [loss for _, loss in largest], color=BLUE, height=0.68
    )
    axes.bar_label(bars, fmt="%.3f", padding=4, color=GREY, fontsize=8.5)
    axes.grid(visible=False, axis="y")
    axes.margins(x=0.12, y=0.02)
    axes.set(xlabel="Average precision lost")
    return figure
