"""A run record follows its events, cell by cell, and ends with the cause of a failure."""

from pathlib import Path

import pytest

from fakes.tiny.project import write_notebook
from pipeline.notebooks.events import CellFinished, CellStarted, KernelStarted
from pipeline.notebooks.run_record import Failure, RunRecord, new_record, with_end, with_event

TITLE = "Fit"


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    notebook = write_notebook(tmp_path, ["# T", "a = 1", "fit()", "look()"])
    return new_record(notebook, {"a": 2}, attempt=1)


def statuses(record: RunRecord) -> list[str]:
    return [cell.status for cell in record.cells]


def ran(record: RunRecord, number: int) -> RunRecord:
    record = with_event(record, CellStarted(number, 4, TITLE))
    return with_event(record, CellFinished(number, 4, TITLE, "completed", 0.25))


def test_a_new_record_runs_and_its_cells_are_pending(record):
    assert record.status == "running"
    assert statuses(record) == ["pending"] * 4
    assert record.parameters == {"a": 2}
    assert len(record.notebook_digest) == 64


def test_events_change_their_cell_only(record):
    record = with_event(record, KernelStarted(0.5))
    record = with_event(ran(record, 1), CellStarted(2, 4, TITLE))

    assert record.kernel_start_seconds == 0.5
    assert statuses(record) == ["completed", "running", "pending", "pending"]
    assert record.cells[0].seconds == 0.25
    assert record.cells[1].ended_at is None


def test_a_failure_closes_the_record_and_its_cell(record):
    record = with_event(ran(record, 1), CellStarted(2, 4, TITLE))
    failure = Failure(cause="signal", error="KernelKilled", message="gone", cell=2, signal=9)

    record = with_end(record, failure, 51.5)

    assert record.status == "failed"
    assert statuses(record) == ["completed", "failed", "pending", "pending"]
    assert record.memory_peak_mb == 51.5
    assert record.ended_at is not None
    assert str(failure) == "the kernel was killed in cell 2: KernelKilled: gone"


def test_a_record_survives_json(record):
    record = with_end(ran(record, 1), None)
    assert RunRecord.model_validate_json(record.to_json()) == record


def test_an_abandoned_record_names_the_last_cell_that_was_started(record):
    record = with_event(ran(record, 1), CellStarted(2, 4, TITLE)).abandoned()

    assert record.status == "interrupted"
    assert record.failure is not None
    assert record.failure.cell == 2
    assert str(record.pid) in record.failure.message
    assert statuses(record) == ["completed", "interrupted", "pending", "pending"]
