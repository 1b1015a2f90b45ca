"""An execution that is held has one plan, of which only what is requested grows."""

import json

import pytest

from fakes.tiny.project import BUCKET, Project
from foundation import locations
from foundation.errors import AlreadyExists
from foundation.executions import ExecutionPlan
from foundation.stores.lease import Busy
from pipeline.notebooks.events import ExecutionStarted
from pipeline.runs.holding import hold_execution, known_plan
from pipeline.runs.planning import new_plan

ID = "tiny-1"
KEY = locations.execution_key(ID)


def plan_in(project: Project, *requested: str) -> ExecutionPlan:
    return new_plan(
        "tiny", project.runner, execution_id=ID, day=None, overrides={}, requested=list(requested)
    )


def held(project: Project, plan: ExecutionPlan) -> ExecutionPlan:
    """Hold the execution, and return the plan with which its stages would be run."""
    with hold_execution(plan, project.runner) as run:
        return run.plan


def test_a_new_plan_is_written_and_a_known_one_is_resumed(make_project):
    project = make_project()
    assert known_plan(ID, project.runner) is None
    plan = held(project, plan_in(project, "make"))
    assert known_plan(ID, project.runner) == plan
    held(project, plan)
    started = [event for event in project.events if isinstance(event, ExecutionStarted)]
    assert [event.is_resumed for event in started] == [False, True]


def test_what_others_requested_meanwhile_stays_requested(make_project):
    project = make_project()
    first = held(project, plan_in(project, "make"))
    held(project, first.requesting(["double"]))
    # As read before the other one asked for its stage.
    assert held(project, first).requested == ["make", "double"]


def test_another_plan_under_the_same_id_is_refused(make_project):
    project = make_project()
    first = held(project, plan_in(project, "make"))
    project.write_params("make", count=7)
    with pytest.raises(AlreadyExists):
        held(project, plan_in(project, "make"))
    assert known_plan(ID, project.runner) == first


def test_a_plan_from_before_requests_were_recorded_is_resumed_as_it_is(make_project):
    project = make_project()
    written = json.loads(plan_in(project).to_json())
    del written["requested"]
    older = json.dumps(written).encode()
    project.store.write(BUCKET, KEY, older)

    plan = known_plan(ID, project.runner)
    assert plan is not None
    assert plan.requested is None
    assert held(project, plan) == plan
    assert project.store.read(BUCKET, KEY) == older


def test_an_execution_is_held_once(make_project):
    project = make_project()
    plan = plan_in(project, "make")
    with hold_execution(plan, project.runner), pytest.raises(Busy):
        held(project, plan)
