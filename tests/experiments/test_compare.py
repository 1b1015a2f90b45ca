"""A comparison is fair, kept when interrupted, and recorded to the last number."""

import json

import polars as pl
import pytest

from experiments.compare import compare_algorithms, write_stage_output
from experiments.comparison.result import CompareParams, Comparison
from experiments.progress import Interrupted
from experiments.session import ExperimentSession
from fakes.session import fake_session
from fakes.tracking import FakeTracking
from foundation.errors import InvalidParams
from fraud.algorithms import ALGORITHMS
from fraud.metrics.estimates import METRICS

SMALL = {"folds": 2, "resamples": 60, "workers": 1}
TWO = ["logistic_regression", "random_forest"]


@pytest.fixture(scope="module")
def compared() -> tuple[Comparison, ExperimentSession]:
    session = fake_session()
    return compare_algorithms(session=session, algorithms=TWO, **SMALL), session


def tracking_of(session: ExperimentSession) -> FakeTracking:
    assert isinstance(session.tracking, FakeTracking)
    return session.tracking


def test_every_contender_scores_every_training_row_once(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    comparison, _ = compared
    rows = len(comparison.development.train.labels)
    assert len(comparison.rows.labels) == rows
    assert comparison.rows.labels.sum() == comparison.development.train.fraud_count
    assert {len(each.out_of_fold.scores) for each in comparison.contenders} == {rows}


def test_the_best_leads_and_each_metric_has_an_interval(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    comparison, _ = compared
    values = [each.metrics["average_precision"].value for each in comparison.contenders]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0.5  # learned something
    for contender in comparison.contenders:
        assert {"roc_auc", "brier", "precision_at_k", "cost_per_1000"} <= contender.metrics.keys()
        assert all(e.low <= e.high for e in contender.metrics.values())


def test_no_contender_is_told_apart_from_itself() -> None:
    session = fake_session()
    alone = compare_algorithms(session=session, algorithms=["logistic_regression"], **SMALL)
    assert alone.best.is_as_good_as_the_best
    assert "nothing was compared" in alone.verdict()


def test_the_leaderboard_names_what_a_model_costs_to_run(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    table = compared[0].leaderboard()
    assert table["contender"].to_list() == [each.name for each in compared[0].contenders]
    assert (table["kB"] > 0).all()
    assert (table["µs a row"] > 0).all()
    assert table.filter(pl.col("contender") == "random_forest")["note"].item()


def test_each_contender_is_a_child_run_with_its_curves_and_its_model(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    comparison, session = compared
    tracking = tracking_of(session)
    children = tracking.children(comparison.run_id or "")
    assert {run.name for run in children} == set(TWO)
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


def test_an_interrupted_comparison_goes_on_where_it_stopped() -> None:
    session, seen = fake_session(), list[int]()

    def stop(done: int, of: int, last: str) -> None:
        seen.append(done)
        if done == 2:
            raise KeyboardInterrupt

    asked = {"session": session, "algorithms": ["logistic_regression"], **SMALL}
    with pytest.raises(Interrupted, match="2 of 3 fits are kept"):
        compare_algorithms(on_fit=stop, **asked)
    kept = len(session.objects.keys(session.settings.workflow_bucket, "experiments/fits/"))
    whole = compare_algorithms(on_fit=lambda *_: None, **asked)

    assert kept >= 2
    again = compare_algorithms(on_fit=lambda *_: None, **asked)
    assert (again.best.out_of_fold.scores == whole.best.out_of_fold.scores).all()


def test_every_imbalance_strategy_is_a_contender() -> None:
    comparison = compare_algorithms(
        session=fake_session(),
        algorithms=["logistic_regression"],
        imbalance=["weights", "none", "undersample", "smote"],
        **SMALL,
    )
    assert {each.name for each in comparison.contenders} == {
        "logistic_regression", "logistic_regression, none", "logistic_regression, undersample",
        "logistic_regression, smote",
    }  # fmt: skip


def test_an_unknown_algorithm_or_feature_set_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InvalidParams, match=r"did you mean xgboost\?"):
        CompareParams(algorithms=["xgbost"])
    with pytest.raises(InvalidParams, match=r"did you mean clock\?"):
        CompareParams(features="clok")


def test_all_algorithms_are_compared_unless_others_are_named() -> None:
    assert CompareParams().algorithms == tuple(ALGORITHMS)


def test_the_result_names_the_best_and_who_is_as_good(
    compared: tuple[Comparison, ExperimentSession],
) -> None:
    comparison, session = compared
    output = write_stage_output(comparison, session)
    assert output.best == comparison.best.name
    assert output.best in output.as_good
    assert output.run_id == comparison.run_id
    assert output.best in output.verdict
