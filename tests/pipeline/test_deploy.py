"""Deploy: a healthy new model serves, or the previous one still does, as the message states."""

import json
from typing import Any

import numpy as np
import pytest

from catalog.model_archive import INPUTS, load_model, store_model
from catalog.prepared_data import read_manifest
from fakes.data.training import (
    NOON,
    SETTINGS,
    endpoints_over,
    evaluated,
    execution_of,
    prepared_store,
    trained,
)
from fakes.ports.endpoints import FakeEndpoints
from fakes.ports.object_store import FakeObjectStore
from foundation import locations
from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData, NotFound, ServiceRefused, Unavailable
from foundation.executions import finished_output
from pipeline.deploy import DeployOutput, DeployParams, deploy
from pipeline.evaluate import EvaluateOutput
from pipeline.training.endpoint_rollback import last_healthy

PARAMS = DeployParams(attempts=1)
NAME = SETTINGS.endpoint_name
OLD = "a" * 64


@pytest.fixture(scope="module")
def before() -> FakeObjectStore:
    store = prepared_store()
    trained(store)
    evaluated(store, endpoints_over(store))
    return store


@pytest.fixture
def store(before: FakeObjectStore) -> FakeObjectStore:
    copy = FakeObjectStore()
    copy.objects = dict(before.objects)
    return copy


@pytest.fixture
def new(store: FakeObjectStore) -> str:
    """The digest of the model that evaluate passed."""
    return execution_of(store).result("evaluate", EvaluateOutput).model_digest


@pytest.fixture
def endpoints(store: FakeObjectStore, new: str) -> FakeEndpoints:
    """Endpoints that serve the new model; any other gives every row a half."""
    reader = execution_of(store, "endpoint")

    def model(digest: str) -> Any:
        known = load_model(reader, digest).model.scores if digest == new else None
        return known or (lambda rows: np.full(len(rows), 0.5))

    return FakeEndpoints(model)


def deployed(store: FakeObjectStore, endpoints: FakeEndpoints) -> DeployOutput:
    return deploy(execution_of(store), PARAMS, endpoints)


def refusal(store: FakeObjectStore, endpoints: FakeEndpoints, kind: type[BaseException]) -> str:
    """The message; asserts that production's address is what it was, and that nothing finished."""
    address = store.objects.get((SETTINGS.config_bucket, locations.ENDPOINT))
    with pytest.raises(kind) as refused:
        deployed(store, endpoints)
    assert store.objects.get((SETTINGS.config_bucket, locations.ENDPOINT)) == address
    assert finished_output("run-1", "deploy", store, SETTINGS) is None
    return str(refused.value)


def test_a_first_deployment_serves_and_says_where(
    store: FakeObjectStore, endpoints: FakeEndpoints, new: str
) -> None:
    output = deployed(store, endpoints)
    state = endpoints.endpoints[NAME]
    assert (state.status, state.model_digest) == ("InService", new)
    said = json.loads(store.read(SETTINGS.config_bucket, locations.ENDPOINT))
    reference_key = locations.model_key(new, INPUTS)
    assert said == {
        "name": NAME,
        "arn": state.arn,
        "config_name": state.config_name,
        "model_digest": new,
        "algorithm": "logistic_regression",
        "threshold": output.endpoint.threshold,
        "columns": [*(f"V{n}" for n in range(1, 29)), "Amount", "Time"],
        "input_reference": digest_of_bytes(store.read(SETTINGS.models_bucket, reference_key)),
        "deployed_at": NOON.isoformat().replace("+00:00", "Z"),
        "execution_id": "run-1",
    }
    assert output.replaced_model is None
    assert output.golden_rows_checked == 8
    assert execution_of(store).result("deploy", DeployOutput) == output


def test_an_update_names_the_model_it_replaced(
    store: FakeObjectStore, endpoints: FakeEndpoints, new: str
) -> None:
    endpoints.deploy(NAME, model_digest=OLD)
    assert deployed(store, endpoints).replaced_model == OLD
    assert endpoints.endpoints[NAME].model_digest == new


def model_of_other_data(store: FakeObjectStore, new: str) -> str:
    """Store the new model once more, as if it were of a data set called payments."""
    there = execution_of(store, "other")
    loaded = load_model(there, new)
    manifest = read_manifest(there, loaded.metadata.data_digest)
    other = manifest.model_copy(update={"data": "payments", "data_digest": "b" * 64})
    store.write(SETTINGS.data_bucket, locations.manifest_key("b" * 64), other.to_json())
    metadata = loaded.metadata.model_copy(update={"data_digest": "b" * 64})
    return store_model(there, loaded.model, metadata)


def test_the_model_of_another_data_set_is_replaced_only_on_request(
    store: FakeObjectStore, endpoints: FakeEndpoints, new: str
) -> None:
    other = model_of_other_data(store, new)
    endpoints.deploy(NAME, model_digest=other)
    message = refusal(store, endpoints, InvalidData)
    assert "serves a model of the data set payments" in message
    assert "--set deploy.replace_other_data=true" in message
    assert endpoints.endpoints[NAME].model_digest == other
    params = PARAMS.model_copy(update={"replace_other_data": True})
    assert deploy(execution_of(store), params, endpoints).replaced_model == other


def test_progress_is_told_while_it_waits(store: FakeObjectStore, endpoints: FakeEndpoints) -> None:
    told: list[tuple[str, float]] = []
    deploy(execution_of(store), PARAMS, endpoints, on_wait=lambda *seen: told.append(seen))
    assert told == [("Creating", 0.0)]


def test_deploying_the_model_that_serves_already_changes_nothing(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    deployed(store, endpoints)
    changes = list(endpoints.deployments)
    store.delete(SETTINGS.workflow_bucket, locations.stage_output_key("run-1", "deploy"))
    deployed(store, endpoints)
    assert endpoints.deployments == changes


@pytest.mark.parametrize(
    ("misbehaviour", "kind", "said"),
    [
        ("answers NaN", ServiceRefused, "answered nan"),
        ("answers 500", Unavailable, "500"),
        ("is slow", Unavailable, "Read timeout"),
        ("is gone", ServiceRefused, "there is no endpoint"),
        ("changes model", ServiceRefused, f"but model {'f' * 64} answers"),
        ("refuses row 1", ServiceRefused, "refused row 1"),
    ],
)
def test_a_failed_health_check_leaves_the_old_endpoint_serving(
    store: FakeObjectStore, endpoints: FakeEndpoints, misbehaviour: Any, kind: Any, said: str
) -> None:
    endpoints.deploy(NAME, model_digest=OLD)
    endpoints.fail_next(misbehaviour)
    message = refusal(store, endpoints, kind)
    assert said in message
    assert f"The old endpoint still serves: model {OLD[:12]}." in message
    state = endpoints.endpoints[NAME]
    assert (state.status, state.model_digest) == ("InService", OLD)


def test_a_model_that_gives_golden_rows_other_scores_is_taken_back(
    store: FakeObjectStore, new: str
) -> None:
    endpoints = FakeEndpoints(lambda digest: lambda rows: np.full(len(rows), 0.5))
    endpoints.deploy(NAME, model_digest=OLD)
    message = refusal(store, endpoints, ServiceRefused)
    assert f"Model {new[:12]} was not deployed" in message
    assert "must give the golden rows the scores of the training" in message
    assert endpoints.endpoints[NAME].model_digest == OLD


def test_a_model_that_does_not_come_up_leaves_the_old_endpoint_serving(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    endpoints.deploy(NAME, model_digest=OLD)
    endpoints.refuse_deployments("The container did not answer /ping")
    message = refusal(store, endpoints, ServiceRefused)
    assert "did not answer /ping" in message
    assert f"The old endpoint still serves: model {OLD[:12]}." in message
    assert endpoints.endpoints[NAME].model_digest == OLD


def test_a_broken_first_endpoint_is_removed(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    endpoints.fail_next("answers NaN")
    message = refusal(store, endpoints, ServiceRefused)
    assert f"Nothing served before, so endpoint {NAME} was removed." in message
    assert endpoints.endpoints == {}


def test_a_failed_endpoint_is_nothing_to_go_back_to(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    endpoints.refuse_deployments("no")
    with pytest.raises(ServiceRefused):
        endpoints.deploy(NAME, model_digest=OLD)
    endpoints.refuse_deployments(None)
    endpoints.fail_next("answers NaN")
    assert "Nothing served before" in refusal(store, endpoints, ServiceRefused)
    assert endpoints.endpoints == {}


def test_the_stop_button_brings_the_old_endpoint_back(
    store: FakeObjectStore, endpoints: FakeEndpoints, new: str
) -> None:
    def stopped(rows: Any) -> Any:
        raise KeyboardInterrupt

    stopping = FakeEndpoints(lambda digest: stopped if digest == new else endpoints.invoke)
    stopping.deploy(NAME, model_digest=OLD)
    refusal(store, stopping, KeyboardInterrupt)
    assert stopping.endpoints[NAME].model_digest == OLD


def test_after_a_killed_attempt_it_goes_back_to_the_last_model_that_proved_healthy(
    store: FakeObjectStore, endpoints: FakeEndpoints, new: str
) -> None:
    deployed(store, endpoints)
    proved = last_healthy(execution_of(store))
    old = endpoints.deploy(NAME, model_digest=OLD)
    changed = {"model_digest": OLD, "config_name": old.config_name}
    store.write(
        SETTINGS.config_bucket,
        locations.ENDPOINT,
        proved.model_copy(update=changed).to_json(),  # type: ignore[union-attr]
    )
    store.delete(SETTINGS.workflow_bucket, locations.stage_output_key("run-1", "deploy"))
    endpoints.deploy(NAME, model_digest=new)  # … and then the attempt was killed
    endpoints.fail_next("answers NaN")
    message = refusal(store, endpoints, ServiceRefused)
    assert f"The old endpoint still serves: model {OLD[:12]}." in message
    assert endpoints.endpoints[NAME].model_digest == OLD


def test_when_going_back_fails_too_it_says_to_look_at_once(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    endpoints.deploy(NAME, model_digest=OLD)
    endpoints.fail_next("answers NaN")

    class Lossy(FakeEndpoints):
        def use_config(self, name: str, config_name: str, **patience: Any) -> Any:
            message = f"There is no endpoint configuration {config_name}."
            raise NotFound(message)

    endpoints.__class__ = Lossy
    message = refusal(store, endpoints, ServiceRefused)
    assert "answered nan" in message
    assert "Going back failed too: There is no endpoint configuration" in message
    assert f"Look at endpoint {NAME} in SageMaker now" in message


def test_only_the_model_that_passed_is_deployed(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    key = locations.stage_output_key("run-1", "train")
    output = json.loads(store.read(SETTINGS.workflow_bucket, key))
    output["result"]["model_digest"] = "b" * 64
    store.write(SETTINGS.workflow_bucket, key, json.dumps(output).encode())
    message = refusal(store, endpoints, InvalidData)
    assert f"train made {'b' * 64}" in message
    assert "the endpoint was not touched" in message
    assert endpoints.deployments == []


def test_without_a_model_that_passed_it_says_which_stage_to_run(
    store: FakeObjectStore, endpoints: FakeEndpoints
) -> None:
    store.delete(SETTINGS.workflow_bucket, locations.stage_output_key("run-1", "evaluate"))
    message = refusal(store, endpoints, NotFound)
    assert "Stage evaluate of execution run-1 has not finished" in message
    assert endpoints.deployments == []


def test_the_table_shows_what_serves(store: FakeObjectStore, endpoints: FakeEndpoints) -> None:
    table = dict(deployed(store, endpoints).endpoint_table().rows())
    assert table["name"] == NAME
    assert table["replaced_model"] == "none"
    assert table["columns"].startswith("V1, V2")
