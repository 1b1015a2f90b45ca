"""Executions: every object that a stage reads or writes is recorded; a result is written once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import BaseModel

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.digests import digest_of_bytes
from foundation.errors import AlreadyExists, NotFound
from foundation.executions import Execution, ExecutionPlan, StageOutput, finished_output

SETTINGS = fake_settings()
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Counted(BaseModel):
    rows: int


def execution(store: FakeObjectStore, execution_id: str = "training-1") -> Execution:
    return Execution(execution_id, store, SETTINGS, now=lambda: NOON)


def test_output_names_the_digest_of_everything_read_and_written(tmp_path: Path) -> None:
    store = FakeObjectStore()
    store.write("data", "in", b"in")
    run = execution(store)
    run.read("data", "in")
    run.download("data", "in", tmp_path / "in")
    run.write("data", "out", b"out")
    run.write_for("prepare", "table", b"table")

    run.finish("prepare", Counted(rows=3))

    output = finished_output("training-1", "prepare", store, SETTINGS)
    assert output == StageOutput(
        execution_id="training-1",
        stage="prepare",
        inputs={"s3://data/in": digest_of_bytes(b"in")},
        outputs={
            "s3://data/out": digest_of_bytes(b"out"),
            f"s3://{SETTINGS.workflow_bucket}/executions/training-1/prepare/table": digest_of_bytes(
                b"table"
            ),
        },
        result={"rows": 3},
        finished_at=NOON,
    )


def test_the_next_stage_reads_the_result() -> None:
    store = FakeObjectStore()
    execution(store).finish("prepare", Counted(rows=3))

    assert execution(store).result("prepare", Counted) == Counted(rows=3)


def test_a_result_that_is_not_there_names_the_stage_to_run() -> None:
    with pytest.raises(NotFound, match="Stage prepare of execution training-1 has not finished"):
        execution(FakeObjectStore()).result("prepare", Counted)


def test_the_first_to_finish_a_stage_wins() -> None:
    store = FakeObjectStore()
    execution(store).finish("prepare", Counted(rows=3))

    with pytest.raises(AlreadyExists, match="finished by another attempt"):
        execution(store).finish("prepare", Counted(rows=4))

    assert execution(store).result("prepare", Counted) == Counted(rows=3)


def test_an_interactive_execution_may_finish_again() -> None:
    store = FakeObjectStore()
    for rows in (3, 4):
        execution(store, "interactive").finish("prepare", Counted(rows=rows))

    assert execution(store, "interactive").result("prepare", Counted) == Counted(rows=4)


def test_an_execution_knows_the_day_it_was_planned_for() -> None:
    store, day = FakeObjectStore(), date(2026, 11, 21)
    plan = ExecutionPlan(
        execution_id="inference-1",
        pipeline="inference",
        day=day,
        parameters={},
        created_at=NOON,
        git_commit=None,
    )
    store.write(SETTINGS.workflow_bucket, locations.execution_key("inference-1"), plan.to_json())

    assert Execution.open("inference-1", store, SETTINGS).day == day


def test_an_execution_that_was_never_started_is_not_found() -> None:
    with pytest.raises(NotFound, match="There is no execution inference-2"):
        Execution.open("inference-2", FakeObjectStore(), SETTINGS)


def test_interactive_work_is_about_the_newest_batch() -> None:
    store = FakeObjectStore()
    for day in ("2026-11-19", "2026-11-20"):
        store.write(SETTINGS.data_bucket, f"daily-batches/{day}.json", b"[]")

    assert Execution.open("interactive", store, SETTINGS).day == date(2026, 11, 20)


def test_without_a_batch_there_is_no_day_and_the_message_says_how_to_make_one() -> None:
    with pytest.raises(NotFound, match="ceap data daily-batch"):
        _ = Execution.open("interactive", FakeObjectStore(), SETTINGS).day
