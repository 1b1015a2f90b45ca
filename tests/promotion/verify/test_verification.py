"""Verification: every place that differs from what was promoted is named, and how."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from fakes.promotions.edits_by_hand import DEPTH, edited, parameters
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, promote
from foundation import locations
from foundation.aws import client
from foundation.errors import Unavailable
from foundation.production.config import read_production_config
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from foundation.stores.parameter_store import SsmParameterStore
from promotion.production import ProductionSession
from promotion.records import Plan
from promotion.roll_back import roll_back
from promotion.verify.verification import repair, verify


def test_where_nothing_was_ever_promoted_nothing_differs(production: ProductionSession) -> None:
    assert verify(production) == []
    assert repair(production) == []
    assert production.objects.keys(production.bucket, "audit/") == []


def test_after_each_promotion_and_rollback_nothing_differs(production: ProductionSession) -> None:
    for candidate in (FIRST, SECOND, FIRST):
        promote(production, candidate)
        assert verify(production) == []
    roll_back(reason="back", approved_by="grace", production=production)
    assert verify(production) == []


def test_verifying_writes_nothing(production: ProductionSession, plan: Plan) -> None:
    objects: Any = production.objects
    edited(production, locations.PRODUCTION_CONFIG, b"max_depth: 7", b"max_depth: 8")
    production.parameters.delete([DEPTH])
    before = dict(objects.objects), dict(parameters(production))

    assert verify(production)

    assert before == (objects.objects, parameters(production))


def test_what_cannot_be_reached_is_an_error(production: ProductionSession, plan: Plan) -> None:
    class Away:
        def version_of(self, _promotion_id: str) -> str | None:
            message = "MLflow is away"
            raise Unavailable(message)

    with pytest.raises(Unavailable, match="MLflow is away"):
        verify(replace(production, registry=Away()))  # type: ignore[arg-type]


@pytest.fixture(params=["moto_settings", "local_aws"])
def on_aws(request: pytest.FixtureRequest) -> Iterator[ProductionSession]:
    """Production in an AWS, in a bucket of its own: other tests promote too."""
    settings: Settings = request.getfixturevalue(request.param)
    settings = settings.model_copy(update={"config_bucket": f"config-{uuid4()}"})
    client("s3", settings).create_bucket(Bucket=settings.config_bucket)
    objects, parameters = S3ObjectStore(settings), SsmParameterStore(settings)
    yield fake_production(settings=settings, objects=objects, parameters=parameters)
    parameters.delete(list(parameters.below("/fraud-detection/")))


def test_on_aws_what_was_edited_in_the_console_is_named_and_put_right(
    on_aws: ProductionSession,
) -> None:
    plan = promote(on_aws, FIRST)
    assert verify(on_aws) == []
    ssm = client("ssm", on_aws.settings)
    ssm.delete_parameter(Name=DEPTH)
    ssm.put_parameter(Name=DEPTH, Value="7", Type="StringList")
    ssm.put_parameter(Name=f"{DEPTH}s", Value="8", Type="SecureString")
    edited(on_aws, locations.PRODUCTION_CONFIG, b"max_depth: 7", b"max_depth: 8")

    assert [each.place for each in verify(on_aws)] == [
        f"s3://{on_aws.bucket}/{locations.PRODUCTION_CONFIG}",
        f"ssm:{DEPTH}",
        f"ssm:{DEPTH}s",
    ]
    assert repair(on_aws) == []

    assert read_production_config(on_aws.objects, on_aws.settings) == plan.config
    assert ssm.get_parameter(Name=DEPTH)["Parameter"]["Type"] == "String"
