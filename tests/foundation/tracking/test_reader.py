"""Tracking reader: one contract over the fake and a real MLflow store."""

from typing import Any

import pytest

from fakes.studies.tracked_runs import RUN, at, run_of
from foundation.errors import NotFound, Unavailable
from foundation.tracking.writer import MlflowTracking

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NOBODY = "0" * 32


def test_runs_are_found_by_tag_metric_and_time_newest_first(tracking: Any) -> None:
    for minute, recall in enumerate((0.5, 0.9, 0.7)):
        tags = {"kind": "trial" if minute else "study"}
        run = run_of("search", f"run {minute}", tags=tags, metrics={"recall": recall}, **at(minute))
        tracking.log(run, {})
    tracking.log(run_of("search", "no recall", metrics={}, tags={}, curves={}, **at(3)), {})

    def names(filter: str = "", **how: Any) -> list[str]:
        return [run.name for run in tracking.find(["search", "nowhere"], filter, **how)]

    assert names() == ["no recall", "run 2", "run 1", "run 0"]
    assert names(limit=2) == ["no recall", "run 2"]
    assert names("tags.kind = 'trial' and metrics.recall > 0.8") == ["run 1"]
    noon = round(at(1)["started_at"].timestamp() * 1000)
    assert names(f"attributes.start_time >= {noon}") == ["no recall", "run 2", "run 1"]
    assert names("tags.`kind` LIKE 'tri%'") == ["run 2", "run 1"]
    assert names("tags.`kind` IS NULL") == ["no recall"]
    best = ["run 1", "run 2", "run 0", "no recall"]
    assert names(order_by="metrics.`recall` DESC") == best
    assert tracking.find(["nowhere"]) == []
    assert {"run 0", "run 1"} <= {run.name for run in tracking.find(None)}


def test_a_filter_that_nobody_understands_is_unavailable(tracking: Any) -> None:
    tracking.log(run_of("filtered"), {})
    with pytest.raises(Unavailable, match="Searching for runs"):
        tracking.find(["filtered"], "recall of about 0.8")


def test_files_come_back_from_their_folders(tracking: Any) -> None:
    files = {"plots/roc.png": b"png", "model/data/model.json": b"{}", "notes.txt": b"so"}
    run_id = tracking.log(run_of("files"), files)
    assert tracking.artifact_names(run_id) == sorted(files)
    assert {name: tracking.read_artifact(run_id, name) for name in files} == files
    assert tracking.artifact_names(tracking.log(run_of("files"), {})) == []
    for missing in ("plots/pr.png", "plots", "nowhere/else.txt"):
        with pytest.raises(NotFound, match=missing):
            tracking.read_artifact(run_id, missing)


@pytest.mark.parametrize("nobody", [NOBODY, "not an id"])
def test_a_run_that_is_not_there_is_not_found(tracking: Any, nobody: str) -> None:
    for call in (
        lambda: tracking.run(nobody),
        lambda: tracking.children(nobody),
        lambda: tracking.artifact_names(nobody),
        lambda: tracking.read_artifact(nobody, "notes.txt"),
        lambda: tracking.finish(nobody, RUN, {}),
    ):
        with pytest.raises(NotFound, match=f"no run {nobody}"):
            call()


def test_a_deleted_run_is_not_found(mlflow_tracking: MlflowTracking) -> None:
    run_id = mlflow_tracking.log(run_of("deleted"), {})
    mlflow_tracking._server.client.delete_run(run_id)
    with pytest.raises(NotFound):
        mlflow_tracking.run(run_id)
    assert mlflow_tracking.find(["deleted"]) == []
