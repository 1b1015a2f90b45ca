"""The evidence of an evaluation is written beside its output: documents and plots."""

import json

import numpy as np

from fakes.data.training import execution_of
from fakes.ports.object_store import FakeObjectStore
from fraud.metrics.estimates import evaluate_scores
from pipeline.training.evidence import ScoredSplit, evaluation_pngs, write_evidence

LABELS = (np.arange(60) % 5 == 0).astype(np.int8)
SCORES = LABELS * 0.8 + np.linspace(0, 0.1, 60)
PNG = b"\x89PNG\r\n\x1a\n"


def test_documents_and_plots_are_written_under_their_names():
    execution = execution_of(FakeObjectStore())
    write_evidence(execution, "evaluate", {"metrics.json": {"rows": 60}}, {"roc.png": PNG})
    assert json.loads(execution.read_from("evaluate", "metrics.json")) == {"rows": 60}
    assert execution.read_from("evaluate", "roc.png") == PNG


def test_every_plot_of_an_evaluation_is_a_png():
    metrics = evaluate_scores(LABELS, SCORES, threshold=0.5, days=None, resamples=20)
    plots = evaluation_pngs(ScoredSplit(LABELS, SCORES, 0.5, metrics))
    assert {"roc.png", "precision_recall.png"} <= set(plots)
    assert all(plot.startswith(PNG) for plot in plots.values())
