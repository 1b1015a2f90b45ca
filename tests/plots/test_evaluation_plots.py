"""Evaluation plots can be drawn of any scores, and hide none of them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraud.metrics.estimates import evaluate_scores
from plots.evaluation_plots import evaluation_plots, score_bins
from plots.layout.canvas import png

PNG = b"\x89PNG\r\n\x1a\n"


LABELS_AND_SCORES = st.lists(
    st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=2, max_size=60
).filter(lambda rows: 0 < sum(label for label, _ in rows) < len(rows))


@given(rows=LABELS_AND_SCORES)
def test_score_bins_hold_every_row_once(rows: list[tuple[int, float]]) -> None:
    labels, scores = np.array([label for label, _ in rows]), np.array([s for _, s in rows])
    bins = score_bins(labels, scores)
    assert bins.rows.sum() == len(rows)
    assert (bins.rows > 0).all()
    np.testing.assert_allclose(bins.fraud_share @ bins.rows, labels.sum())
    np.testing.assert_allclose(bins.mean_score @ bins.rows, scores.sum(), atol=1e-9)


@pytest.mark.parametrize("scores", [np.full(20, 0.5), np.zeros(20), np.ones(20), None])
def test_plots_can_be_drawn_of_any_scores(scores: Any) -> None:
    labels = np.arange(20) % 5 == 0
    scores = labels.astype(float) if scores is None else scores
    metrics = evaluate_scores(labels, scores, threshold=0.5, days=None, resamples=2)
    for figure in evaluation_plots(
        labels.astype(np.int8), scores, threshold=0.5, metrics=metrics
    ).values():
        assert png(figure).startswith(PNG)
