"""A session: the stores of one environment, and the execution that work in it belongs to."""

from datetime import UTC, date, datetime

import pytest

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.ports.tracking import FakeTracking
from foundation import locations
from foundation.errors import NotFound
from foundation.executions import ExecutionPlan
from foundation.session import Session

SETTINGS = fake_settings()
DAY = date(2026, 11, 21)


def session_of(execution_id: str, objects: FakeObjectStore | None = None) -> Session:
    return Session(SETTINGS, objects or FakeObjectStore(), FakeTracking(), execution_id)


def test_the_environment_is_that_of_the_settings() -> None:
    account = SETTINGS.model_copy(update={"environment": "aws", "region": "eu-central-1"})
    session = Session.open(settings=account)
    assert session.settings is account
    assert session.execution_id == "interactive"


def test_work_belongs_to_the_execution_that_was_planned_under_its_id() -> None:
    objects = FakeObjectStore()
    plan = ExecutionPlan(
        execution_id="inference-1", pipeline="inference", day=DAY, parameters={},
        created_at=datetime(2026, 11, 22, tzinfo=UTC), git_commit=None,
    )  # fmt: skip
    key = locations.execution_key("inference-1")
    objects.write(SETTINGS.workflow_bucket, key, plan.to_json())
    session = session_of("inference-1", objects)
    assert (session.execution.id, session.execution.day) == ("inference-1", DAY)


def test_what_was_read_is_recorded_by_one_execution_however_often_it_is_asked_for() -> None:
    session = session_of("interactive-trial")
    assert session.execution is session.execution


def test_an_id_under_which_nothing_was_planned_is_refused_once_it_is_used() -> None:
    session = session_of("training-unplanned")
    with pytest.raises(NotFound, match="training-unplanned"):
        session.execution  # noqa: B018
