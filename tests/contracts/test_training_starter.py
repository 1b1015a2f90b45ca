"""One contract of what starts trainings, over the fake, moto and the local AWS."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest

from fakes.ports.settings import fake_settings
from fakes.ports.training_starter import FakeStarter
from foundation.aws import client
from foundation.errors import FraudDetectionError, NotFound, ServiceRefused, Unavailable
from foundation.settings import Settings
from promotion.retraining import StepFunctionsTraining, TrainingStarter

ANYTHING = {"StartAt": "Done", "States": {"Done": {"Type": "Pass", "End": True}}}


@dataclass(frozen=True)
class Place:
    """A starter, and the names of what it started."""

    starter: TrainingStarter
    started: Callable[[], list[str]]


@pytest.fixture(params=["fake", "moto_settings", "local_aws"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "fake":
        fake = FakeStarter()
        return Place(fake, lambda: fake.started)
    return states_place(request.getfixturevalue(request.param))


def states_place(settings: Settings) -> Place:
    """Make a state machine of its own for a test."""
    states = client("stepfunctions", settings)
    machine = states.create_state_machine(
        name=f"training-{uuid4().hex[:12]}",
        definition=json.dumps(ANYTHING),
        roleArn=f"arn:aws:iam::{settings.account}:role/states",
    )["stateMachineArn"]

    def started() -> list[str]:
        found = states.list_executions(stateMachineArn=machine)["executions"]
        return [execution["name"] for execution in found]

    return Place(with_machine(settings, machine), started)


def with_machine(settings: Settings, machine: str) -> StepFunctionsTraining:
    return StepFunctionsTraining(settings.model_copy(update={"training_state_machine": machine}))


@pytest.fixture
def execution_id() -> str:
    return f"promotion-20300101T000000Z-{uuid4().hex[:6]}"


def test_a_training_is_started_under_its_name(place: Place, execution_id: str) -> None:
    runs = place.starter.start(execution_id)

    assert execution_id in runs
    assert place.started() == [execution_id]


def test_however_often_it_is_started_it_is_started_once(place: Place, execution_id: str) -> None:
    told = {place.starter.start(execution_id) for _ in range(3)}

    assert len(told) == 1
    assert place.started() == [execution_id]


def test_trainings_of_two_promotions_are_two(place: Place, execution_id: str) -> None:
    for name in (execution_id, f"{execution_id}-2"):
        place.starter.start(name)

    assert set(place.started()) == {execution_id, f"{execution_id}-2"}


def test_what_runs_is_named_as_aws_names_it(local_aws: Settings, execution_id: str) -> None:
    place = states_place(local_aws)

    runs = place.starter.start(execution_id)

    described = client("stepfunctions", local_aws).describe_execution(executionArn=runs)
    assert described["name"] == execution_id
    assert json.loads(described["input"]) == {"execution_id": execution_id}


def test_a_state_machine_is_told_the_data_set_where_there_is_one(
    local_aws: Settings, execution_id: str
) -> None:
    runs = states_place(local_aws).starter.start(execution_id, "payments")

    described = client("stepfunctions", local_aws).describe_execution(executionArn=runs)
    assert json.loads(described["input"]) == {"execution_id": execution_id, "data": "payments"}


@pytest.mark.parametrize("aws", ["moto_settings", "local_aws"])
def test_a_state_machine_that_is_not_there_is_an_error_that_names_it(
    aws: str, request: pytest.FixtureRequest, execution_id: str
) -> None:
    settings: Settings = request.getfixturevalue(aws)
    missing = f"arn:aws:states:us-east-1:{settings.account}:stateMachine:missing"

    with pytest.raises((NotFound, ServiceRefused), match="stateMachine:missing") as failure:
        with_machine(settings, missing).start(execution_id)

    assert isinstance(failure.value, FraudDetectionError)


def test_a_service_that_does_not_answer_is_unavailable(execution_id: str) -> None:
    nowhere = fake_settings().model_copy(update={"aws_endpoint_url": "http://127.0.0.1:1"})

    with pytest.raises(Unavailable, match=execution_id):
        with_machine(nowhere, "arn:aws:states:us-east-1:0:stateMachine:any").start(execution_id)
