"""SageMaker definitions: what was created is there again after a restart, and only that."""

import pytest

from local_aws.sagemaker.definitions import Definitions, Deployment, Endpoint

DEPLOYMENT = Deployment(
    config="c", variant="AllTraffic", instances=1, weight=1.0, model="m", image="i",
    model_data="s3://models/m.tar.gz", environment={"A": "1"}, startup_seconds=None,
    generation="g1", started_at=1.0,
)  # fmt: skip


@pytest.fixture
def definitions(tmp_path):
    return Definitions.read(tmp_path / "sagemaker")


def again(definitions):
    """What another process would find."""
    return Definitions.read(definitions.root)


def test_models_endpoints_and_tags_are_there_after_a_restart(definitions):
    definitions.save("model", "m", {"ModelName": "m"})
    definitions.save_endpoint(Endpoint("e", "Updating", 1.0, 2.0, current=DEPLOYMENT))
    definitions.save_tags("arn:e", {"team": "fraud"})
    assert again(definitions) == definitions
    assert again(definitions).endpoints["e"].current == DEPLOYMENT


def test_what_was_deleted_stays_deleted(definitions):
    definitions.save("model", "m", {"ModelName": "m"})
    definitions.save_endpoint(Endpoint("e", "InService", 1.0, 2.0))
    definitions.files("e", "g1").mkdir(parents=True)
    definitions.save_tags("arn:e", {"team": "fraud"})

    definitions.delete("model", "m")
    definitions.delete_endpoint("e")
    definitions.save_tags("arn:e", {})

    found = again(definitions)
    assert (found.described["model"], found.endpoints, found.tags) == ({}, {}, {})
    assert not definitions.files("e").exists()


def test_deleting_an_endpoint_twice_is_deleting_it(definitions):
    definitions.delete_endpoint("e")
    assert definitions.endpoints == {}


@pytest.mark.parametrize(
    ("status", "is_changing"),
    [("Creating", True), ("Updating", True), ("RollingBack", True), ("Deleting", True),
     ("InService", False), ("Failed", False)],
)  # fmt: skip
def test_an_endpoint_is_changing_until_it_is_in_service_or_failed(status, is_changing):
    assert Endpoint("e", status, 1.0, 1.0).is_changing is is_changing
