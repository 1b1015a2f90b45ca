"""Groups: the known values of summaries, counted in the deciles or categories of a baseline."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fraud.data.arrays import Floats, Matrix
from fraud.monitoring.inputs.summary import INTERVALS, ColumnSummary

GROUPS = 10  # of equal weight in the baseline, as the population stability index is usually taken
FEWEST = 5.0  # values of a day that a group of categories should expect (Cochran, 1954)


@dataclass(frozen=True)
class Grouped:
    """Counts of known values by group: of today (groups,), and of each baseline (n, groups)."""

    today: Floats
    baseline: Matrix

    @property
    def pooled(self) -> Floats:
        """The counts of all baseline summaries together."""
        total: Floats = self.baseline.sum(axis=0)
        return total

    @property
    def degrees(self) -> int:
        """One less than the number of groups."""
        return len(self.today) - 1


def grouped(today: ColumnSummary, baseline: Sequence[ColumnSummary]) -> Grouped:
    """Count today's values and those of the baseline in the same groups.

    Numbers: at most ten groups that hold equal shares of the baseline. Categories: the texts that
    the baseline knows, the rare ones together.
    """
    if today.kind == "category":
        return _by_text(today, baseline)
    edges = _decile_edges(baseline)
    counts = np.array([each.compared * _shares(each, edges) for each in (today, *baseline)])
    return Grouped(counts[0], counts[1:])


def below_or_at(summary: ColumnSummary, points: Floats) -> Floats:
    """Return the share of known values that are at most each point, shape (points,).

    Between two quantiles the share is interpolated: it is right to within 1 %.
    """
    steps = np.linspace(0, 1, INTERVALS + 1)
    cuts = np.array(summary.quantiles)
    shares: Floats = np.interp(points, cuts, steps, left=0.0)
    return shares


def _shares(summary: ColumnSummary, edges: Floats) -> Floats:
    """Return the share of known values in each group that `edges` end."""
    if not summary.quantiles:
        return np.zeros(len(edges) + 1)
    upto = below_or_at(summary, edges)
    return np.diff(upto, prepend=0.0, append=1.0)


def _decile_edges(baseline: Sequence[ColumnSummary]) -> Floats:
    """Return the inner edges of groups with equal shares of all baseline summaries together."""
    with_values = [each for each in baseline if each.quantiles]
    points = np.unique(np.concatenate([each.quantiles for each in with_values]))
    weights = np.array([each.compared for each in with_values], dtype=np.float64)
    upto = weights @ np.array([below_or_at(each, points) for each in with_values]) / weights.sum()
    wanted = np.arange(1, GROUPS) / GROUPS
    places = np.minimum(np.searchsorted(upto, wanted - 1e-9), len(points) - 1)
    edges: Floats = np.unique(points[places])
    # Nothing of the baseline lies above its greatest value: a group of its own would be empty.
    return edges[edges < points[-1]] if len(edges) else edges


def _by_text(today: ColumnSummary, baseline: Sequence[ColumnSummary]) -> Grouped:
    texts = list(dict.fromkeys(text for each in baseline for text in each.texts))
    counts = np.array([_text_counts(each, texts) for each in (today, *baseline)], dtype=np.float64)
    pooled = counts[1:].sum(axis=0)
    expected = pooled / max(pooled.sum(), 1.0) * max(today.known, 1)
    rare = expected < FEWEST
    rare[-1] = True
    if not rare.all() and expected[rare].sum() < FEWEST:
        rare[np.flatnonzero(~rare)[np.argmin(expected[~rare])]] = True
    together = np.column_stack([counts[:, ~rare], counts[:, rare].sum(axis=1)])
    return Grouped(together[0], together[1:])


def _text_counts(summary: ColumnSummary, texts: Sequence[str]) -> list[int]:
    listed = [summary.texts.get(text, 0) for text in texts]
    return [*listed, summary.known - sum(listed)]
