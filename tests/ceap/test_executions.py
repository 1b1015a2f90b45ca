"""`ceap executions`: the list, one execution whole, and its executed notebooks."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ceap.executions import app
from fakes.processes.terminal import run_in_terminal
from foundation import locations
from foundation.errors import AlreadyExists, NotFound
from foundation.executions import ExecutionPlan
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore

NOTEBOOK = b'{"cells": []}'


@pytest.fixture
def planned(aws: tuple[Settings, ObjectStore]) -> str:
    """The newest execution of two: a stage of it has left a notebook, and none has finished."""
    settings, store = aws
    bucket, now = settings.workflow_bucket, datetime.now(UTC)
    for name, created_at in (("older", now - timedelta(days=1)), ("newer", now)):
        plan = ExecutionPlan(
            execution_id=f"training-{name}",
            pipeline="training",
            parameters={},
            created_at=created_at,
            git_commit="c0ffee",
        )
        store.write(bucket, locations.execution_key(plan.execution_id), plan.to_json())
    key = locations.stage_key(plan.execution_id, "prepare", "notebook.ipynb")
    store.write(bucket, key, NOTEBOOK)
    return plan.execution_id


def test_the_newest_executions_are_listed_with_the_stage_they_stopped_at(planned: str) -> None:
    listed = run_in_terminal(app, "--limit", "1")
    assert planned in listed
    assert "training-older" not in listed
    assert "interrupted at prepare" in listed


def test_before_anything_ran_the_way_to_begin_is_told(aws: tuple[Settings, ObjectStore]) -> None:
    assert "ceap run training" in run_in_terminal(app)


def test_an_execution_is_shown_with_every_stage_and_the_way_to_go_on(planned: str) -> None:
    report = run_in_terminal(app, "show", planned)
    for stage in ("prepare", "train", "evaluate", "deploy"):
        assert re.search(rf"{stage} +pending", report)
    assert "commit c0ffee" in report
    assert f"ceap run training --execution-id {planned}" in report


def test_an_executed_notebook_is_saved_and_no_other_file_is_overwritten(
    planned: str, tmp_path: Path
) -> None:
    path = tmp_path / "mine.ipynb"
    for _ in range(2):
        assert f"Saved {path}" in run_in_terminal(
            app, "notebook", planned, "prepare", "--save", str(path)
        )
        assert path.read_bytes() == NOTEBOOK

    path.write_bytes(b"my own notes")
    with pytest.raises(AlreadyExists, match="--out"):
        run_in_terminal(app, "notebook", planned, "prepare", "--save", str(path))
    assert path.read_bytes() == b"my own notes"


def test_a_notebook_is_kept_outside_the_code_under_its_execution_and_stage(
    planned: str, aws: tuple[Settings, ObjectStore], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CEAP_PROJECT", str(Path.cwd()))
    monkeypatch.chdir(tmp_path)
    said = run_in_terminal(app, "notebook", planned, "prepare")
    kept = aws[0].state_directory / "notebooks" / f"{planned}-prepare.ipynb"
    assert kept.read_bytes() == NOTEBOOK
    assert f"Saved {kept}. Open it with: jupyter lab {kept}" in said
    assert not list(tmp_path.iterdir())


def test_it_is_saved_where_it_is_asked_for_in_a_folder_that_is_made(
    planned: str, tmp_path: Path
) -> None:
    path = tmp_path / "reports of ada" / "mine.ipynb"
    said = run_in_terminal(app, "notebook", planned, "prepare", "--out", str(path))
    assert path.read_bytes() == NOTEBOOK
    assert f"jupyter lab '{path}'" in said


def test_what_is_not_there_is_refused_with_the_way_to_what_is(planned: str) -> None:
    with pytest.raises(NotFound, match="no-such-execution"):
        run_in_terminal(app, "show", "no-such-execution")
    with pytest.raises(NotFound, match=f"ceap executions show {planned}"):
        run_in_terminal(app, "notebook", planned, "train")
