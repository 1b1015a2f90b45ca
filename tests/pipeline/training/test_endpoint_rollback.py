"""A rollback restores the model that served before, or says that somebody must look."""

from datetime import UTC, datetime

from fakes.data.training import SETTINGS, execution_of
from fakes.ports.endpoints import FakeEndpoints
from fakes.ports.object_store import FakeObjectStore
from foundation import locations
from foundation.executions import Execution
from pipeline.training.endpoint_rollback import (
    EndpointMetadata,
    PreviousDeployment,
    Rollback,
    last_healthy,
    previous_deployment,
)

NAME = SETTINGS.endpoint_name
OLD, NEW = "a" * 64, "b" * 64


def healthy(execution: Execution, digest: str, config_name: str) -> None:
    """Leave `endpoint.json` as a deployment that passed its health check does."""
    metadata = EndpointMetadata(
        name=NAME, arn="arn", config_name=config_name, model_digest=digest, algorithm="xgboost",
        threshold=0.5, columns=["V1", "Amount", "Time"], execution_id="earlier",
        deployed_at=datetime(2026, 11, 20, tzinfo=UTC),
    )  # fmt: skip
    execution.write(SETTINGS.config_bucket, locations.ENDPOINT, metadata.to_json())


def test_before_the_first_deployment_there_is_no_previous_model():
    execution = execution_of(FakeObjectStore())
    assert previous_deployment(execution, FakeEndpoints(), replaced_by=NEW) is None
    assert last_healthy(execution) is None


def test_the_previous_model_is_the_one_that_serves():
    endpoints = FakeEndpoints()
    state = endpoints.deploy(NAME, model_digest=OLD)
    previous = previous_deployment(execution_of(FakeObjectStore()), endpoints, replaced_by=NEW)
    assert previous == PreviousDeployment(OLD, state.config_name)


def test_after_a_killed_attempt_the_previous_model_is_the_last_healthy_one():
    execution, endpoints = execution_of(FakeObjectStore()), FakeEndpoints()
    healthy(execution, OLD, endpoints.deploy(NAME, model_digest=OLD).config_name)
    endpoints.deploy(NAME, model_digest=NEW)
    previous = previous_deployment(execution, endpoints, replaced_by=NEW)
    assert previous is not None
    assert previous.model_digest == OLD


def test_a_rollback_restores_the_previous_model():
    endpoints = FakeEndpoints()
    before = endpoints.deploy(NAME, model_digest=OLD)
    endpoints.deploy(NAME, model_digest=NEW)
    sentence = Rollback(endpoints, NAME, PreviousDeployment(OLD, before.config_name), 1).undo()
    assert sentence == f"The old endpoint still serves: model {OLD[:12]}."
    assert endpoints.describe(NAME) == before


def test_a_first_endpoint_is_removed():
    endpoints = FakeEndpoints()
    endpoints.deploy(NAME, model_digest=NEW)
    assert "Nothing served before" in Rollback(endpoints, NAME, None, 1).undo()
    assert endpoints.describe(NAME) is None


def test_a_rollback_that_fails_says_where_to_look():
    endpoints = FakeEndpoints()
    endpoints.deploy(NAME, model_digest=NEW)
    sentence = Rollback(endpoints, NAME, PreviousDeployment(OLD, "gone"), 1).undo()
    assert sentence.startswith("Going back failed too: There is no endpoint configuration gone")
    assert f"Look at endpoint {NAME} in SageMaker now" in sentence
