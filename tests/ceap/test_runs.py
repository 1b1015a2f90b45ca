"""ceap runs: what was recorded, on a terminal."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ceap.runs import app
from experiments.tracking.recorder import RunTree
from fakes.ports.mlflow_store import mlflow_settings
from fakes.processes.terminal import run_in_terminal
from foundation import locations
from foundation.errors import InvalidParams, NotFound
from foundation.settings import Settings, load_settings
from foundation.stores.object_store import S3ObjectStore
from foundation.tracking.writer import MlflowTracking, TrackedRun

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
RUN = TrackedRun(
    experiment="comparisons",
    name="who is best [today]",
    started_at=NOON,
    finished_at=NOON + timedelta(seconds=90),
    params={"seed": "7"},
    tags={"kind": "comparison", "data_digest": "ab12"},
    metrics={"frauds": 344.0},
)


@pytest.fixture
def tracking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MlflowTracking:
    monkeypatch.setenv("CEAP_ENVIRONMENT", "local")
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", str(tmp_path))
    mlflow_settings(tmp_path)
    return MlflowTracking(load_settings())


def test_runs_of_one_data_set_are_listed_alone(tracking: MlflowTracking) -> None:
    for data in ("creditcard", "payments"):
        tags = {"kind": "comparison", "data": data}
        tracking.log(RUN.model_copy(update={"name": f"on {data}", "tags": tags}), {})
    listed = run_in_terminal(app, "--data", "payments")
    assert "on payments" in listed
    assert "on creditcard" not in listed
    with pytest.raises(InvalidParams, match="did you mean payments"):
        run_in_terminal(app, "--data", "paymets")


def contender(parent: str, name: str, score: float) -> TrackedRun:
    metrics = {"average_precision": score, "average_precision_low": score - 0.1,
               "average_precision_high": score + 0.1, "brier": 1 - score}  # fmt: skip
    tags = {"kind": "algorithm", "algorithm": name}
    told = {"name": name, "parent_run_id": parent, "metrics": metrics, "tags": tags}
    return RUN.model_copy(update=told)


def test_runs_are_listed_with_their_average_precision_and_without_their_children(
    tracking: MlflowTracking,
) -> None:
    assert "To make some: ceap compare" in run_in_terminal(app)
    parent = tracking.log(RUN, {})
    tracking.log_many([contender(parent, "xgboost", 0.8), contender(parent, "forest", 0.7)])
    listed = run_in_terminal(app)
    assert parent[:12] in listed
    assert "who is best [today]" in listed
    assert "1:30" in listed
    assert "xgboost" not in listed

    ranked = run_in_terminal(app, "--children", "--metric", "brier < 0.9")
    assert ranked.index("xgboost") < ranked.index("forest")
    assert "0.8 (0.7–0.9)" in ranked
    assert "who is best" not in ranked
    assert "forest" not in run_in_terminal(app, "--children", "--algorithm", "xgboost")
    assert "No such run" in run_in_terminal(app, "--since", "2026-11-24")
    assert run_in_terminal(app, "--children", "--limit", "1").count("finished") == 1
    with pytest.raises(InvalidParams, match="did you mean comparisons"):
        run_in_terminal(app, "--experiment", "comparison")


def test_one_run_is_shown_whole_by_the_start_of_its_id(tracking: MlflowTracking) -> None:
    parent = tracking.log(RUN, {"plots/roc.png": b"png"})
    (child,) = tracking.log_many([contender(parent, "xgboost", 0.8)])
    shown = run_in_terminal(app, "show", parent[:10])
    for line in (
        f"run {parent} of experiment comparisons", "took 1:30", "data_digest  ab12", "seed  7",
        "frauds  344", "plots/roc.png", "1 run below it", child[:12],
    ):  # fmt: skip
        assert line in shown
    of_child = run_in_terminal(app, "show", child)
    assert f"below run {parent}" in of_child
    assert "average_precision  0.8 (0.7–0.9)" in of_child
    assert "average_precision_low" not in of_child


def test_a_run_that_is_not_meant_clearly_is_refused(tracking: MlflowTracking) -> None:
    tracking.log_many([RUN] * 40)
    with pytest.raises(NotFound, match="no run xyz"):
        run_in_terminal(app, "show", "xyz")
    with pytest.raises(InvalidParams, match="give more of its id"):
        run_in_terminal(app, "show", _common_start(tracking))
    with pytest.raises(InvalidParams, match="letters and digits"):
        run_in_terminal(app, "show", "a' or 'b")


def _common_start(tracking: MlflowTracking) -> str:
    """A first character that two of the ids share: there are 16, and more runs."""
    first = [run.run_id[0] for run in tracking.find(None)]
    return max(first, key=first.count)


def test_what_was_kept_is_sent_on_demand(
    local_aws_environment: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    uri = mlflow_settings(tmp_path).tracking_uri
    monkeypatch.setenv("CEAP_TRACKING_URI", uri)
    settings, store = load_settings(), S3ObjectStore(local_aws_environment)
    tree = RunTree(idempotency_key="comparison-1", parent=RUN, artifacts={"verdict.txt": b"a tie"})
    store.write(
        settings.workflow_bucket, locations.unsent_run_key(tree.idempotency_key), tree.to_json()
    )
    assert "Sent comparison-1." in run_in_terminal(app, "--send")
    (found,) = MlflowTracking(settings).find(["comparisons"])
    assert MlflowTracking(settings).read_artifact(found.run_id, "verdict.txt") == b"a tie"
    assert "Nothing waits" in run_in_terminal(app, "--send")

    store.write(settings.workflow_bucket, locations.unsent_run_key("torn"), b"{")
    result = CliRunner().invoke(app, ["--send"])
    store.delete(settings.workflow_bucket, locations.unsent_run_key("torn"))
    assert result.exit_code == 1
    assert "Not sent, and kept: torn." in result.output
