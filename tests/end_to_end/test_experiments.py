"""Experiments end to end: five notebooks and three commands, on a small sample."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from fakes.processes.commands import killed_when_left_early, run_ceap
from fakes.processes.patience import wait_until
from foundation import locations
from foundation.executions import finished_output
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from fraud.simulation.creditcard import HEADER, creditcard_like, csv_text
from pipeline.order import PIPELINES

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

QUICK_TREES = "{xgboost: {learning_rate: [0.2, 0.3], max_depth: [2, 3]}}"
# A process costs seconds to start, and a small sample milliseconds to fit: one is enough, except
# in the comparison and the studies.
SMALL = {
    "explore.resamples": "50",
    "explore.workers": "1",
    "features.resamples": "50",
    "features.workers": "1",
    "features.folds": "2",
    "features.algorithm": "logistic_regression",
    "compare.algorithms": "[logistic_regression, lightgbm]",
    "compare.resamples": "50",
    "compare.folds": "2",
    "tune.algorithms": "[logistic_regression]",
    "tune.trials": "4",
    "tune.batch": "2",
    "tune.folds": "2",
    "tune.confirm": "2",
    "tune.resamples": "50",
    "tune.bags": "2",
    "tune.workers": "1",
}
# A blend would load PyTorch in every process; that one is confirmed: tests/experiments/tuning.
STUDY = (
    "--algorithm", "xgboost", "--trials", "6", "--set", "batch=3",
    "--set", "folds=2", "--set", "confirm=2", "--set", "blend=false", "--set", "bags=1", "--set",
    "resamples=50", "--set", f"search_space={QUICK_TREES}",
)  # fmt: skip


def ceap(*words: str) -> str:
    """Run a command as a person does; return what it printed."""
    done = run_ceap(*words)
    assert done.code == 0, f"ceap {' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def session(local_aws: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small data set, prepared as the experiments will look for it."""
    raw = tmp_path_factory.mktemp("raw") / "raw.csv"
    raw.write_text(HEADER + csv_text(creditcard_like(8_000, frauds=120, seed=1)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEAP_STATE_DIRECTORY", str(local_aws.state_directory))
        patch.setenv("CEAP_ENVIRONMENT", "local")
        ceap("data", "ingest", str(raw), "--other-data")
        ceap(
            "stage", "training/prepare", "--execution-id", "experiments-data", "--set",
            "prepare.minimum_rows=1000", "--set", "prepare.require_digest=false",
        )  # fmt: skip
        yield local_aws


@pytest.fixture(scope="module")
def executed(session: Settings) -> tuple[Settings, str]:
    """The five notebooks, run once."""
    sets = [word for name, value in SMALL.items() for word in ("--set", f"{name}={value}")]
    ceap("run", "experiments", "--execution-id", "experiments-e2e", *sets)
    return session, "experiments-e2e"


def test_every_notebook_ran_clean_and_left_its_result(executed: tuple[Settings, str]) -> None:
    settings, execution_id = executed
    store = S3ObjectStore(settings)
    for stage in PIPELINES["experiments"]:
        assert finished_output(execution_id, stage.name, store, settings)
        key = locations.stage_key(execution_id, stage.name, "notebook.ipynb")
        notebook = nbformat.reads(store.read(settings.workflow_bucket, key).decode(), 4)
        outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
        assert outputs
        assert not [out for out in outputs if out.output_type == "error"]
        assert not [out for out in outputs if out.get("name") == "stderr" and "Warn" in out.text]


def test_every_number_of_the_comparison_is_found_again_by_the_query(
    executed: tuple[Settings, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, execution_id = executed
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", str(settings.state_directory))
    from experiments import leaderboard, runs

    output = finished_output(execution_id, "compare", S3ObjectStore(settings), settings)
    assert output is not None
    board = leaderboard(output.result["run_id"])
    assert board["name"][0] == output.result["best"]
    for row in board.to_dicts():
        assert (
            row["average_precision"]
            == (output.result["metrics"][row["name"]]["average_precision"]["value"])
        )
    listed = runs(tag={"execution_id": execution_id}, children=False)
    assert set(listed["kind"]) == {"exploration", "ablation", "comparison", "study"}
    assert set(listed["notebook"]) == {
        f"experiments/{stage.notebook.name}" for stage in PIPELINES["experiments"][:4]
    }


def test_one_notebook_is_run_alone(session: Settings) -> None:
    # As a schedule runs one; the search that a schedule starts: test_promotion.py.
    ceap(
        "stage", "experiments/compare", "--execution-id", "alone-e2e", "--set",
        "compare.algorithms=[logistic_regression]", "--set", "compare.resamples=50", "--set",
        "compare.folds=2", "--set", "compare.workers=1",
    )  # fmt: skip
    output = finished_output("alone-e2e", "compare", S3ObjectStore(session), session)
    assert output is not None
    assert output.result["best"] == "logistic_regression"
    assert output.result["run_id"]


def test_compare_prints_a_leaderboard_and_where_it_is_recorded(session: Settings) -> None:
    printed = ceap(
        "compare", "--algorithm", "logistic_regression", "--imbalance", "weights", "--imbalance",
        "none", "--set", "folds=2", "--set", "resamples=50", "--set", "workers=1",
    )  # fmt: skip
    assert "Leaderboard" in printed
    run = re.search(r"Recorded as run (\w+)", printed)
    assert run is not None
    shown = ceap("runs", "show", run[1])
    assert "logistic_regression, none" in shown


def test_a_study_killed_twice_has_the_winner_of_one_that_was_left_alone(
    session: Settings,
) -> None:
    whole = ceap("tune", *STUDY, "--workers", "1", "--study", "whole")
    for _ in range(2):
        kill_midway("killed", session)
    resumed = ceap("tune", *STUDY, "--workers", "2", "--study", "killed")

    assert values("killed", session) == values("whole", session)
    assert verdict(resumed) == verdict(whole)


def test_a_tracking_server_that_is_down_costs_nothing_that_is_not_sent_later(
    session: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as down:
        down.setenv("CEAP_TRACKING_URI", "http://127.0.0.1:1")
        down.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        done = run_ceap(
            "compare", "--algorithm", "logistic_regression", "--set", "folds=2", "--set",
            "resamples=40", "--set", "workers=1",
        )  # fmt: skip
    assert done.code == 0
    assert "Leaderboard" in done.stdout
    assert "ceap runs --send" in done.stderr

    assert "Sent comparison-" in ceap("runs", "--send")


def kill_midway(study: str, settings: Settings) -> None:
    """Start tuning, and kill its whole process group as soon as one more trial has finished."""
    before = len(values(study, settings))
    process = subprocess.Popen(
        [sys.executable, "-m", "ceap", "tune", *STUDY, "--workers", "2", "--study", study],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    with killed_when_left_early(process):
        wait_until(
            lambda: len(values(study, settings)) > before or process.poll() is not None,
            look_seconds=0.2,
        )
        assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def values(study: str, settings: Settings) -> list[float | None]:
    """The values of the finished trials, as Optuna's dashboard reads them."""
    journal = settings.state_directory / "studies" / f"{study}.journal"
    if not journal.exists():
        return []
    storage = JournalStorage(JournalFileBackend(str(journal)))
    if study not in optuna.get_all_study_names(storage):
        return []
    trials = optuna.load_study(study_name=study, storage=storage).trials
    return [trial.value for trial in sorted(trials, key=lambda trial: trial.user_attrs["slot"])]


def verdict(printed: str) -> str:
    return " ".join(re.findall(r"trial \d+ \(xgboost\) won[^.]*\.\d+[^.]*", printed))


def test_the_request_of_an_execution_is_in_its_plan(executed: tuple[Settings, str]) -> None:
    settings, execution_id = executed
    plan = S3ObjectStore(settings).read(
        settings.workflow_bucket, locations.execution_key(execution_id)
    )
    assert json.loads(plan)["parameters"]["tune"]["trials"] == 4
