"""A comparison is a run, each contender a child with its metrics, curves and model."""

import json

from experiments.compare import compare_algorithms
from experiments.comparison.result import Comparison
from experiments.session import ExperimentSession
from fakes.ports.session import fake_session
from fakes.ports.tracking import FakeTracking
from fraud.metrics.estimates import METRICS

SMALL = {"folds": 2, "resamples": 60, "workers": 1}


def tracking_of(session: ExperimentSession) -> FakeTracking:
    assert isinstance(session.tracking, FakeTracking)
    return session.tracking


def test_each_contender_is_a_child_run_with_its_curves_and_its_model(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    comparison, session = compared
    tracking = tracking_of(session)
    children = tracking.children(comparison.run_id or "")
    assert {run.name for run in children} == {"logistic_regression", "random_forest"}
    for run in children:
        names = tracking.artifact_names(run.run_id)
        assert "curves.json" in names
        assert "model/MLmodel" in names
        assert run.tags.keys() >= {
            "data_digest", "split", "seed", "environment_digest", "indistinguishable", "kind",
        }  # fmt: skip


def test_no_number_in_a_plot_is_missing_from_the_runs(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    comparison, session = compared
    tracking = tracking_of(session)
    runs = {run.name: run for run in tracking.children(comparison.run_id or "")}
    for contender in comparison.contenders:
        recorded = runs[contender.name].metrics
        for name, estimate in contender.metrics.items():
            assert recorded[name] == estimate.value
            assert (recorded[f"{name}_low"], recorded[f"{name}_high"]) == (
                estimate.low, estimate.high,
            )  # fmt: skip
        curves = json.loads(tracking.read_artifact(runs[contender.name].run_id, "curves.json"))
        assert curves.keys() == {"precision_recall", "roc", "calibration", "cost"}
    assert set(METRICS) & set(comparison.best.metrics) <= runs[comparison.best.name].metrics.keys()


def test_a_tracking_server_that_is_down_costs_the_run_id_only() -> None:
    session = fake_session(tracking=FakeTracking(down=True))
    comparison = compare_algorithms(session=session, algorithms=["logistic_regression"], **SMALL)
    assert comparison.run_id is None
    assert "ceap runs --send" in (comparison.tracking_problem or "")
    assert comparison.best.metrics["roc_auc"].value > 0.5
