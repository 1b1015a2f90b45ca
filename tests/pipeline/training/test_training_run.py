"""A training is logged at once, or by the next stage when the server was down."""

import pytest

from fakes.data.training import NOON, execution_of
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.tracking import FakeTracking
from foundation.tracking.runs import TrackedRun
from pipeline.training.train_output import TrainOutput
from pipeline.training.training_run import EXPERIMENT, add_to_run, record_run

RUN = TrackedRun(
    experiment=EXPERIMENT, name="xgboost aaaaaaaa", started_at=NOON, finished_at=NOON,
    params={"max_depth": "4"}, tags={"recipe": "plain"}, metrics={"validation_recall": 0.5},
)  # fmt: skip


def output_of(run_id: str | None) -> TrainOutput:
    return TrainOutput(
        model_digest="a" * 64, data_digest="d" * 64, algorithm="xgboost", hyperparameters={},
        seed=1, source="params", promotion_id=None, threshold=0.5, best_iteration=None,
        validation={}, learning_curve=[], importances={}, fit_seconds=1.0, simulated=False,
        run_id=run_id, tracking_problem=None,
    )  # fmt: skip


def test_a_run_is_logged_with_its_artifacts() -> None:
    tracking = FakeTracking()
    logged = record_run(execution_of(FakeObjectStore()), tracking, RUN, {"metadata.json": b"{}"})
    assert logged.problem is None
    assert tracking.runs[logged.run_id or ""] == RUN
    assert tracking.artifacts[logged.run_id or ""] == {"metadata.json": b"{}"}


def test_a_run_that_a_server_did_not_take_is_kept_and_logged_by_the_next_stage() -> None:
    execution, tracking = execution_of(FakeObjectStore()), FakeTracking(down=True)
    run_id, problem = record_run(execution, tracking, RUN, {})
    assert run_id is None
    assert "train/run.json; evaluate will try to log it" in (problem or "")

    tracking.down = False
    logged = add_to_run(
        execution, tracking, output_of(run_id), {"test_recall": 0.4}, {"roc.png": b""}
    )
    assert logged.problem is None
    run = tracking.runs[logged.run_id or ""]
    assert run.metrics == {"validation_recall": 0.5, "test_recall": 0.4}
    assert run.params == RUN.params


@pytest.mark.parametrize("run_id", ["run-1", None])
def test_metrics_that_a_server_did_not_take_are_a_problem_and_no_error(run_id: str | None) -> None:
    execution = execution_of(FakeObjectStore())
    record_run(execution, FakeTracking(), RUN, {})
    logged = add_to_run(execution, FakeTracking(down=True), output_of(run_id), {}, {})
    assert logged.run_id == run_id
    assert "under evaluate/" in (logged.problem or "")
