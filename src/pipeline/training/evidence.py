"""Evidence: what an evaluation leaves for people to look at, whether the model passed or not."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from foundation.digests import canonical_json
from foundation.executions import Execution
from fraud.curves import calibration_curve, precision_recall_curve, roc_curve
from fraud.metrics import Estimate

POINTS = 500  # of a curve in curves.json: a line on any screen, and not a megabyte

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ScoredSplit:
    """The labels of a split, the scores that a model gave it, and what they are worth."""

    labels: npt.NDArray[np.int8]
    scores: Floats
    threshold: float
    metrics: dict[str, Estimate]


def curves(split: ScoredSplit) -> dict[str, dict[str, list[float | None]]]:
    """The points of the precision-recall, ROC and calibration curves, at most POINTS of each.

    A threshold above every score, which a ROC curve starts from, is null.
    """
    found: dict[str, Any] = {
        "precision_recall": precision_recall_curve(split.labels, split.scores),
        "roc": roc_curve(split.labels, split.scores),
        "calibration": calibration_curve(split.labels, split.scores),
    }
    return {
        name: {axis: _thinned(values) for axis, values in curve._asdict().items()}
        for name, curve in found.items()
    }


def draw(split: ScoredSplit) -> dict[str, bytes]:
    """Draw the evaluation plots, as PNG files by name."""
    from figures.canvas import png
    from figures.evaluation_plots import evaluation_plots

    figures = evaluation_plots(
        split.labels, split.scores, threshold=split.threshold, metrics=split.metrics
    )
    return {f"{name}.png": png(figure) for name, figure in figures.items()}


def leave_evidence(
    execution: Execution, stage: str, files: dict[str, Any], plots: dict[str, bytes]
) -> None:
    """Write JSON documents and plots beside the stage's output."""
    for name, content in files.items():
        execution.write_for(stage, name, canonical_json(content))
    for name, plot in plots.items():
        execution.write_for(stage, name, plot)


def _thinned(values: npt.NDArray[np.generic]) -> list[float | None]:
    chosen = np.unique(np.linspace(0, len(values) - 1, POINTS).astype(int))
    numbers = values[chosen].astype(np.float64)
    return [float(number) if np.isfinite(number) else None for number in numbers]
