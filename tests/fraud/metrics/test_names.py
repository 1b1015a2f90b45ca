"""Each metric has one name for people, whatever table, plot, verdict or gate it stands in."""

import numpy as np
import pytest

from fraud.metrics.estimates import METRICS, Estimate
from fraud.metrics.evaluation import COST
from fraud.metrics.floors import shortfalls
from fraud.metrics.formatting import estimate_table
from fraud.metrics.names import NAMES, column_name, metric_name, metric_title
from fraud.significance.paired_comparison import compare_scores
from plots.comparison_plots import leaderboard_plot
from promotion.gates.quality import floors_gate


def test_every_metric_has_a_name_and_no_two_have_the_same() -> None:
    assert {*METRICS, COST} == set(NAMES)
    assert len(set(NAMES.values())) == len(NAMES)
    assert not any("_" in name for name in NAMES.values())


@pytest.mark.parametrize(
    ("metric", "title", "name"),
    [
        ("roc_auc", "ROC AUC", "ROC AUC"),
        ("brier", "Brier score", "Brier score"),
        ("average_precision", "Average precision", "average precision"),
        ("average_precision_low", "Average precision, from", "average precision, from"),
        ("cost_per_1000", "Cost per 1,000 transactions", "cost per 1,000 transactions"),
        ("fit_seconds", "Fit seconds", "fit seconds"),
    ],
)
def test_a_name_begins_a_sentence_or_stands_in_it(metric: str, title: str, name: str) -> None:
    assert (metric_title(metric), metric_name(metric)) == (title, name)


def test_a_column_that_holds_no_metric_keeps_its_name() -> None:
    names = [column_name(each) for each in ("run_id", "precision", "recall_high", "below_low")]
    assert names == ["run_id", NAMES["precision"], f"{NAMES['recall']}, to", "below_low"]


def test_table_gate_verdict_and_plot_name_a_metric_alike() -> None:
    measured = {"precision_at_k": Estimate(0.2, 0.1, 0.3)}
    name = NAMES["precision_at_k"]
    assert estimate_table(measured, {})["metric"].to_list() == [name]
    assert shortfalls(measured, {"precision_at_k": 0.5})[0].startswith(f"{name} is 0.2000")
    assert name in floors_gate(measured, {"precision_at_k": 0.1}).reason
    figure = leaderboard_plot(measured, (), "precision_at_k")
    assert figure.axes[0].get_xlabel().lower().startswith(name)


def test_the_sentence_of_a_comparison_begins_with_the_name() -> None:
    labels = (np.arange(200) % 20 == 0).astype(np.int8)
    better, worse = np.linspace(0, 0.5, 200) + labels / 2, np.linspace(1, 0, 200)
    compared = compare_scores(labels, better, worse, resamples=50, seed=1)
    assert compared.sentence.startswith("Average precision differs by ")
