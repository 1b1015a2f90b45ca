"""One contract of the endpoints, over the fake, moto and the local AWS with a real model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import numpy as np
import orjson
import pytest

from fakes.data.labelled_rows import ROLES
from fakes.ports.endpoints import FakeEndpoints
from foundation import locations
from foundation.aws import client
from foundation.digests import digest_of_files
from foundation.errors import NotFound, RowsRefused, ServiceRefused, Unavailable
from foundation.stores.archives import pack
from foundation.stores.object_store import S3ObjectStore
from pipeline.scoring import csv_of
from pipeline.services.endpoint_names import name_prefix
from pipeline.services.endpoints import Endpoints, SageMakerEndpoints

NO_ARCHIVE = "0" * 64  # the digest of a model that was never uploaded
COLUMNS = ("V1", "V2", "Amount", "Time")
ROWS = np.abs(np.random.default_rng(3).normal(size=(7, 4)))


@dataclass(frozen=True)
class Place:
    """One implementation, with two models that it can serve, and what is left in it."""

    endpoints: Endpoints
    digests: tuple[str, str]
    expected: Callable[[str], Any]  # model digest → scores of ROWS
    left: Callable[[str], set[str]]  # endpoint → names of what was made for it


def fake_place() -> Place:
    scorers = {digest * 64: (lambda rows, s=shift: 1 / (1 + np.exp(s - rows.sum(axis=1))))
               for digest, shift in (("a", 0.0), ("b", 1.0))}  # fmt: skip

    def model(digest: str) -> Any:
        if digest not in scorers:
            message = "Could not find the model archive."
            raise NotFound(message)
        return scorers[digest]

    fake = FakeEndpoints(model)
    first, second = scorers
    return Place(
        fake,
        (first, second),
        lambda digest: scorers[digest](ROWS),
        lambda name: {
            one for one in {*fake.configs, *fake.endpoints} if one.startswith(name_prefix(name))
        },
    )


def aws_place(settings: Any, archives: dict[str, bytes], expected: Callable[[str], Any]) -> Place:
    store = S3ObjectStore(settings)
    for digest, archive in archives.items():
        store.write(settings.models_bucket, locations.model_archive_key(digest), archive)
    sagemaker = client("sagemaker", settings)

    def left(name: str) -> set[str]:
        found = {
            one["EndpointConfigName"]
            for one in sagemaker.list_endpoint_configs(MaxResults=100)["EndpointConfigs"]
        }
        found |= {one["ModelName"] for one in sagemaker.list_models(MaxResults=100)["Models"]}
        found |= {
            one["EndpointName"] for one in sagemaker.list_endpoints(MaxResults=100)["Endpoints"]
        }
        return {one for one in found if one.startswith(name_prefix(name))}

    first, second = archives
    return Place(SageMakerEndpoints(settings), (first, second), expected, left)


@pytest.fixture(scope="session")
def real_models() -> dict[str, Any]:
    """Two models that differ, by digest: (archive, scores of ROWS)."""
    from fraud.data.labelled_rows import LabelledRows
    from fraud.model.fraud_model import fit

    rng = np.random.default_rng(5)
    found = {}
    for seed in (0, 1):
        rows = rng.normal(size=(200, len(COLUMNS)))
        data = LabelledRows(COLUMNS, rows, (rows[:, seed] > 0.5).astype(np.int8), roles=ROLES)
        model = fit("xgboost", {"n_estimators": 5}, data, data, seed=seed)
        golden = {"rows": rows[:3].tolist(), "scores": model.scores(rows[:3]).tolist()}
        metadata = {"format": 1, "columns": COLUMNS, "golden": golden}
        files = {**model.to_files(), "metadata.json": orjson.dumps(metadata)}
        found[digest_of_files(files)] = pack(files), model.scores(ROWS)
    return found


@pytest.fixture(params=["fake", "moto_settings", "local_aws"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "fake":
        return fake_place()
    settings = request.getfixturevalue(request.param)
    if request.param == "moto_settings":
        return aws_place(settings, {"a" * 64: b"", "b" * 64: b""}, lambda digest: None)
    models = request.getfixturevalue("real_models")
    archives = {digest: archive for digest, (archive, _) in models.items()}
    return aws_place(settings, archives, lambda digest: models[digest][1])


@pytest.fixture
def name(place: Place) -> Iterator[str]:
    endpoint = f"contract-{uuid4().hex[:8]}"
    yield endpoint
    place.endpoints.remove(endpoint)


@pytest.fixture
def _serves(request: pytest.FixtureRequest) -> None:
    if "moto_settings" in request.node.name:
        pytest.skip("moto knows no UpdateEndpoint, and answers InvokeEndpoint with canned data")


needs_serving = pytest.mark.usefixtures("_serves")


def test_what_was_deployed_is_described(place: Place, name: str) -> None:
    deployed = place.endpoints.deploy(name, model_digest=place.digests[0])

    assert place.endpoints.describe(name) == deployed
    assert (deployed.name, deployed.status) == (name, "InService")
    assert deployed.model_digest == place.digests[0]
    assert deployed.arn.endswith(f"endpoint/{name}")
    assert place.left(name) == {name, deployed.config_name}


def test_deploying_twice_is_deploying_once(place: Place, name: str) -> None:
    states = [place.endpoints.deploy(name, model_digest=place.digests[0]) for _ in range(2)]

    assert states[0] == states[1]
    assert len(place.left(name)) == 2


def test_an_endpoint_that_is_not_there_is_none(place: Place) -> None:
    assert place.endpoints.describe("contract-nobody") is None


def test_removing_leaves_nothing_and_may_be_repeated(place: Place, name: str) -> None:
    for _ in range(2):
        place.endpoints.deploy(name, model_digest=place.digests[0])
        for _ in range(2):
            place.endpoints.remove(name)
        assert place.endpoints.describe(name) is None
        assert place.left(name) == set()


def test_removing_touches_no_endpoint_with_a_longer_name(place: Place, name: str) -> None:
    longer = f"{name}-longer"
    deployed = place.endpoints.deploy(longer, model_digest=place.digests[0])
    place.endpoints.remove(name)

    assert place.endpoints.describe(longer) == deployed
    place.endpoints.remove(longer)


def test_a_configuration_that_is_not_there_is_not_found(place: Place, name: str) -> None:
    with pytest.raises(NotFound, match="no-such-config"):
        place.endpoints.use_config(name, "no-such-config")


@needs_serving
def test_the_endpoint_answers_with_its_models_scores(place: Place, name: str) -> None:
    place.endpoints.deploy(name, model_digest=place.digests[0])
    answer = orjson.loads(place.endpoints.invoke(name, csv_of(ROWS, COLUMNS), "text/csv"))

    assert answer["model_digest"] == place.digests[0]
    np.testing.assert_allclose(answer["scores"], place.expected(place.digests[0]), rtol=1e-12)


@needs_serving
def test_another_model_takes_the_place_of_the_first_and_gives_it_back(
    place: Place, name: str
) -> None:
    seen: list[str] = []
    first = place.endpoints.deploy(name, model_digest=place.digests[0])
    second = place.endpoints.deploy(
        name, model_digest=place.digests[1], on_wait=lambda status, seconds: seen.append(status)
    )
    assert second.model_digest == place.digests[1]
    assert set(seen) == {"Updating"}

    back = place.endpoints.use_config(name, first.config_name)
    assert back == first
    answer = orjson.loads(place.endpoints.invoke(name, csv_of(ROWS, COLUMNS), "text/csv"))
    assert answer["model_digest"] == place.digests[0]


@needs_serving
def test_a_model_that_cannot_be_served_leaves_the_old_one_serving(place: Place, name: str) -> None:
    before = place.endpoints.deploy(name, model_digest=place.digests[0])

    with pytest.raises(ServiceRefused, match=f"model {place.digests[0]}.*still does"):
        place.endpoints.deploy(name, model_digest=NO_ARCHIVE)

    now = place.endpoints.describe(name)
    assert now is not None
    assert (now.status, now.config_name) == ("InService", before.config_name)
    assert now.failure_reason
    assert place.endpoints.invoke(name, csv_of(ROWS, COLUMNS), "text/csv")


@needs_serving
def test_an_endpoint_that_failed_can_be_deployed_again(place: Place, name: str) -> None:
    with pytest.raises(ServiceRefused, match="nothing does: it is Failed"):
        place.endpoints.deploy(name, model_digest=NO_ARCHIVE)

    assert place.endpoints.deploy(name, model_digest=place.digests[0]).status == "InService"


@needs_serving
def test_scoring_through_nothing_says_how_to_deploy(place: Place) -> None:
    with pytest.raises(NotFound, match=r"no endpoint contract-nobody.*ceap run training"):
        place.endpoints.invoke("contract-nobody", csv_of(ROWS, COLUMNS), "text/csv")


def real_and_local(place: Place) -> Place:
    if not isinstance(place.endpoints, SageMakerEndpoints):
        pytest.skip("the fake does not read rows as the container does")
    return place


@needs_serving
def test_a_wrong_row_is_refused_in_the_containers_words(place: Place, name: str) -> None:
    real_and_local(place).endpoints.deploy(name, model_digest=place.digests[0])

    with pytest.raises(RowsRefused, match="row 2, column V2 is 'oops'") as caught:
        place.endpoints.invoke(name, b"V1,V2,Amount,Time\n1,2,3,4\n1,oops,3,4\n", "text/csv")
    assert (caught.value.row, caught.value.column) == (2, "V2")


@pytest.mark.parametrize("missing", ["endpoint", "endpoint_config", "model"])
def test_removing_what_is_half_gone_removes_the_rest(place: Place, name: str, missing: str) -> None:
    if not isinstance(place.endpoints, SageMakerEndpoints):
        pytest.skip("the fake keeps the three together")
    config = place.endpoints.deploy(name, model_digest=place.digests[0]).config_name
    calls = place.endpoints._calls
    removal = {"endpoint": calls.delete_endpoint, "endpoint_config": calls.delete_config,
               "model": calls.delete_model}[missing]  # fmt: skip
    removal(name if missing == "endpoint" else config)
    place.endpoints.remove(name)

    assert place.left(name) == set()


@needs_serving
def test_a_deployment_that_takes_too_long_goes_on_and_can_be_waited_for(
    place: Place, name: str
) -> None:
    if not isinstance(place.endpoints, SageMakerEndpoints):
        pytest.skip("the fake does not wait")
    with pytest.raises(Unavailable, match=r"still Creating after 0 s.*try again"):
        place.endpoints.deploy(name, model_digest=place.digests[0], timeout_seconds=0.01)

    assert place.endpoints.deploy(name, model_digest=place.digests[0]).status == "InService"
