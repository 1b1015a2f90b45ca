"""A study is a run in the tracking server: a child a trial, and the winner at the end."""

import json
from typing import Any

from catalog.recorded_runs import UNCOMMITTED
from experiments.session import ExperimentSession
from experiments.tuning.result import TuningResult
from fakes.ports.tracking import FakeTracking
from fakes.studies.tuning import session_in, tuned_in

Tuned = tuple[TuningResult, ExperimentSession]


def test_every_trial_is_a_child_of_the_study_with_its_parameters(tuned: Tuned) -> None:
    result, session = tuned
    children = session.tracking.children(result.run_id or "")
    assert {run.tags["trial"] for run in children} == {"0", "1", "2", "3", "4"}
    values = {int(run.tags["trial"]): run.metrics["average_precision"] for run in children}
    assert values == {trial.slot: trial.value for trial in result.trials}
    assert all(run.params["C"] for run in children)


def test_the_run_of_the_study_holds_the_winner_its_curves_and_its_model(tuned: Tuned) -> None:
    result, session = tuned
    run = session.tracking.run(result.run_id or "")
    names = session.tracking.artifact_names(run.run_id)
    assert {"curves.json", "test_curves.json", "trials.csv", "model/MLmodel"} <= set(names)
    assert run.metrics["decision_threshold"] == result.winner.threshold
    assert run.metrics["test_average_precision"] == result.winner.test["average_precision"].value
    assert run.tags["kind"] == "study"
    assert (UNCOMMITTED in names) == (run.tags["git_dirty"] == "true")
    assert json.loads(session.tracking.read_artifact(run.run_id, "curves.json"))["roc"]


def test_a_tracking_server_that_is_down_costs_nothing_but_the_run_id(tmp_path: Any) -> None:
    down = FakeTracking(down=True)
    session = session_in(tmp_path, down)
    result = tuned_in(session)
    assert result.run_id is None
    assert result.tracking_problem
    down.down = False
    assert session.recorder.send_unsent().sent
    parents = [run for run in down.find(None) if run.parent_run_id is None]
    assert [run.status for run in parents] == ["finished"]
    assert len(down.children(parents[0].run_id)) == 5
