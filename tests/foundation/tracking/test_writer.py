"""Tracking writer: one contract over the fake and MLflow, and what only MLflow can do."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import run as run_command
from typing import Any

import pytest

from fakes.ports.settings import fake_settings
from fakes.studies.tracked_runs import RUN, at, run_of
from foundation.errors import Unavailable
from foundation.settings import Settings
from foundation.tracking.writer import FoundRun, MlflowTracking

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")


def test_every_run_gets_an_id_of_its_own(tracking: Any) -> None:
    assert tracking.log(RUN, {}) != tracking.log(RUN, {"metadata.json": b"{}"})


def test_metrics_and_files_can_be_added_to_a_recorded_run(tracking: Any) -> None:
    run_id = tracking.log(RUN, {"metadata.json": b"{}"})
    tracking.add(run_id, {"test_recall": 0.7, "validation_recall": 0.8}, {"roc.png": b"png"})
    tracking.add(run_id, {"test_recall": 0.71}, {})


def test_nothing_can_be_added_to_a_run_that_is_not_there(tracking: Any) -> None:
    with pytest.raises(Unavailable, match=f"Adding to run {'0' * 32} .*failed"):
        tracking.add("0" * 32, {"test_recall": 0.7}, {})


def test_a_recorded_run_is_found_as_it_was_told(tracking: Any) -> None:
    run = run_of("found", "whole")
    run_id = tracking.log(run, {})
    (found,) = tracking.find(["found"])
    assert found == tracking.run(run_id)
    assert found == FoundRun(
        run_id=run_id,
        parent_run_id=None,
        metrics={"validation_recall": 0.75, "validation_average_precision": 0.8},
        **run.model_dump(exclude={"curves", "metrics", "parent_run_id"}),
    )


def test_many_runs_are_recorded_in_their_order_each_below_its_parent(tracking: Any) -> None:
    parent = tracking.log(run_of("many", "parent"), {})
    trials = [
        run_of("many", f"trial {n}", parent_run_id=parent, metrics={"loss": n / 2}, **at(n))
        for n in range(5)
    ]
    trials.append(run_of("many", "trial 5", parent_run_id=parent, status="failed", **at(5)))
    run_ids = tracking.log_many(trials)
    found = tracking.children(parent)
    assert [run.run_id for run in found] == run_ids
    assert [run.name for run in found] == [f"trial {n}" for n in range(6)]
    assert [run.status for run in found] == ["finished"] * 5 + ["failed"]
    assert {run.parent_run_id for run in found} == {parent}
    assert [run.metrics["loss"] for run in found[:5]] == [0, 0.5, 1, 1.5, 2]
    assert tracking.log_many([]) == []


def test_a_run_is_running_from_its_beginning_until_it_is_finished(tracking: Any) -> None:
    run = run_of("begun")
    run_id = tracking.begin(run)
    begun = tracking.run(run_id)
    assert (begun.status, begun.finished_at, begun.metrics) == ("running", None, {})
    assert (begun.params, begun.tags) == (run.params, run.tags)

    finished_run = run.model_copy(
        update={"tags": {**run.tags, "verdict": "better"}, "status": "failed"}
    )
    tracking.finish(run_id, finished_run, {"plots/roc.png": b"png"})
    finished = tracking.run(run_id)
    assert (finished.status, finished.finished_at) == ("failed", run.finished_at)
    assert finished.metrics == {"validation_recall": 0.75, "validation_average_precision": 0.8}
    assert finished.tags["verdict"] == "better"
    assert tracking.artifact_names(run_id) == ["plots/roc.png"]


def test_a_run_can_be_finished_again_and_keeps_its_first_parameters(tracking: Any) -> None:
    run = run_of("again")
    run_id = tracking.begin(run)
    tracking.finish(run_id, run, {})
    later = {"params": {"max_depth": "7", "rate": "0.1"}, "metrics": {"validation_recall": 0.8}}
    tracking.finish(run_id, run.model_copy(update={**later, **at(3)}), {})
    found = tracking.run(run_id)
    assert found.params == {"algorithm": "xgboost", "max_depth": "6", "rate": "0.1"}
    assert found.metrics["validation_recall"] == 0.8


def test_no_file_is_written_outside_the_run(mlflow_tracking: MlflowTracking) -> None:
    with pytest.raises(Unavailable, match="outside the files of the run"):
        mlflow_tracking.log(run_of("outside"), {"../../elsewhere.txt": b"no"})


def test_mlflow_shows_everything_that_was_said_about_a_run(
    mlflow_tracking: MlflowTracking, local: Settings
) -> None:
    run_id = mlflow_tracking.log(RUN, {"metadata.json": b'{"format": 1}'})
    mlflow_tracking.add(run_id, {"test_recall": 0.7}, {"roc.png": b"png"})

    client = _client(local)
    found = client.get_run(run_id)
    assert found.info.status == "FINISHED"
    assert found.info.end_time - found.info.start_time == 60_000
    assert found.data.params == RUN.params
    assert (
        found.data.tags.items()
        >= {
            **RUN.tags,
            "mlflow.source.name": "training/2_train.ipynb",
            "mlflow.source.git.commit": "c0ffee",
        }.items()
    )
    assert found.data.metrics == {
        "validation_recall": 0.75,
        "validation_average_precision": 0.8,
        "test_recall": 0.7,
    }
    history = client.get_metric_history(run_id, "validation_average_precision")
    assert [(point.step, point.value) for point in history] == [(1, 0.5), (2, 0.7), (3, 0.8)]
    folder = Path(local.state_directory) / "mlflow" / "artifacts" / "training" / run_id
    assert (folder / "artifacts" / "metadata.json").read_bytes() == b'{"format": 1}'
    assert (folder / "artifacts" / "roc.png").read_bytes() == b"png"
    assert client.get_experiment(found.info.experiment_id).name == "training"


def test_more_params_and_iterations_than_one_request_takes_are_all_recorded(
    mlflow_tracking: MlflowTracking, local: Settings
) -> None:
    params = {f"p{n}": str(n) for n in range(230)}
    run = RUN.model_copy(update={"params": params, "curves": {"loss": [0.5] * 2100}})
    run_id = mlflow_tracking.log(run, {})
    client = _client(local)
    assert client.get_run(run_id).data.params == params
    assert len(client.get_metric_history(run_id, "loss")) == 2100


def test_a_run_whose_files_cannot_be_kept_is_marked_failed(
    mlflow_tracking: MlflowTracking, local: Settings
) -> None:
    run = RUN.model_copy(update={"name": "torn"})
    with pytest.raises(Unavailable, match=r"Recording run .* failed"):
        mlflow_tracking.log(run, {"plots": b"a file", "plots/roc.png": b"in it"})
    client = _client(local)
    experiment = client.get_experiment_by_name("training")
    torn = client.search_runs([experiment.experiment_id], "attributes.run_name = 'torn'")
    assert [run.info.status for run in torn] == ["FAILED"]


def test_a_server_that_is_down_is_unavailable_and_says_where(monkeypatch: Any) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    settings = fake_settings().model_copy(update={"tracking_uri": "http://127.0.0.1:1"})
    with pytest.raises(Unavailable, match=r"http://127\.0\.0\.1:1 failed.*Is the tracking server"):
        MlflowTracking(settings).log(RUN, {})


def test_two_processes_that_make_the_same_store_at_once_both_record_in_silence(
    tmp_path: Path,
) -> None:
    """Neither telemetry nor anything else looks for the network, logs, or leaves a thread."""
    script = (
        "import socket, sys, threading; from pathlib import Path; "
        "socket.getaddrinfo = lambda *a, **k: sys.exit(f'looked up {a}'); "
        "from fakes.ports.settings import fake_settings; from foundation.tracking.writer import *; "
        "run = TrackedRun.model_validate_json(sys.argv[2]); "
        "MlflowTracking(fake_settings(Path(sys.argv[1]))).log(run, {}); "
        "print([thread.name for thread in threading.enumerate()])"
    )
    command = [sys.executable, "-c", script, str(tmp_path), RUN.model_dump_json()]
    tests = Path(__file__).parents[2]

    def record(_: int) -> Any:
        return run_command(command, cwd=tests, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(2) as pool:
        for done in pool.map(record, range(2)):
            assert (done.returncode, done.stdout, done.stderr) == (0, "['MainThread']\n", "")
    client = _client(fake_settings(tmp_path))
    experiment = client.get_experiment_by_name("training")
    assert len(client.search_runs([experiment.experiment_id])) == 2


def _client(settings: Settings) -> Any:
    from mlflow.tracking.client import MlflowClient

    return MlflowClient(tracking_uri=settings.tracking_uri)
