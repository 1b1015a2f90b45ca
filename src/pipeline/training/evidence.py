"""Evidence: metrics and plots of an evaluation, written whether the model passed or not."""

from dataclasses import dataclass
from typing import Any

from foundation.digests import canonical_json
from foundation.executions import Execution
from fraud.data.arrays import Floats, Labels
from fraud.metrics.estimates import Estimate


@dataclass(frozen=True)
class ScoredSplit:
    """Labels and scores of a split, with the threshold and the metrics of the model."""

    labels: Labels
    scores: Floats
    threshold: float
    metrics: dict[str, Estimate]


def evaluation_pngs(split: ScoredSplit) -> dict[str, bytes]:
    """Return the evaluation plots as PNG files by name."""
    from plots.evaluation_plots import evaluation_plots
    from plots.layout.canvas import png

    figures = evaluation_plots(
        split.labels, split.scores, threshold=split.threshold, metrics=split.metrics
    )
    return {f"{name}.png": png(figure) for name, figure in figures.items()}


def write_evidence(
    execution: Execution, stage: str, files: dict[str, Any], plots: dict[str, bytes]
) -> None:
    """Write JSON documents and plots next to the output of the stage."""
    for name, content in files.items():
        execution.write_for(stage, name, canonical_json(content))
    for name, plot in plots.items():
        execution.write_for(stage, name, plot)
