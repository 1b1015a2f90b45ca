"""Verification: every place that differs from what was promoted is named, and how."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from fakes.edits_by_hand import BREAKINGS, DEPTH, edited, parameters, put, removed, trail
from fakes.production import fake_production
from fakes.promotions import FIRST, SECOND, promote
from fakes.stops import AFTER_THE_COMMIT, stopped
from foundation import locations
from foundation.aws import client
from foundation.errors import Unavailable
from foundation.production.config import read_production_config, sealed, to_yaml
from foundation.production.freeze import Freeze
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from foundation.stores.parameter_store import SsmParameterStore
from promotion.production import ProductionSession
from promotion.protocol.recovery import recover
from promotion.protocol.state import current_promotion
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


@pytest.mark.parametrize("broken", BREAKINGS)
def test_each_place_that_differs_is_named(
    production: ProductionSession, plan: Plan, broken: str
) -> None:
    break_it, place, what = BREAKINGS[broken]
    break_it(production, plan)

    [found] = verify(production)

    assert place in found.place
    assert re.search(what, found.what, re.DOTALL), found.what


@pytest.mark.parametrize("step", AFTER_THE_COMMIT)
def test_what_is_not_finished_is_named_with_the_way_out(
    production: ProductionSession, plan: Plan, step: str
) -> None:
    left = stopped(production, SECOND, step)

    found = {each.place: each.what for each in verify(production)}

    unfinished = [what for place, what in found.items() if place.endswith("finished.json")]
    assert len(unfinished) == 1
    assert left.promotion_id in unfinished[0]
    assert "ceap promotion recover" in unfinished[0]
    recover(production)
    assert verify(production) == []


def test_a_changed_entry_is_named_and_stays(production: ProductionSession, plan: Plan) -> None:
    key = locations.audit_entry_key(1)
    edited(production, key, b"ada@workstation", b"eve@workstation")

    found = repair(production)

    assert any(key in each.what and "cannot be repaired" in each.what for each in found)
    assert read_production_config(production.objects, production.settings) == plan.config


def test_a_last_entry_that_is_gone_is_missed(production: ProductionSession, plan: Plan) -> None:
    """A chain is sound without its end; what is in production says that there was one."""
    removed(production, locations.audit_entry_key(2))
    assert trail(production).problems() == []

    found = repair(production)

    assert any(f"is of {plan.promotion_id}: its entry is missing" in each.what for each in found)
    assert current_promotion(production) == plan.promotion_id


def test_an_archived_stranger_is_named(production: ProductionSession, plan: Plan) -> None:
    fields = plan.config.model_dump(exclude={"digest"}) | {"promotion_id": "promotion-of-eve"}
    put(production, locations.archived_config_key("promotion-of-eve"), to_yaml(sealed(**fields)))

    [found] = repair(production)

    assert "vouches for no such promotion" in found.what


def test_a_backup_that_is_gone_is_named(production: ProductionSession, plan: Plan) -> None:
    key = locations.backup_key(plan.promotion_id)
    removed(production, key)

    [found] = repair(production)

    assert found.place.endswith(key)
    assert "cannot be repaired" in found.what


def test_a_freeze_that_somebody_removed_by_hand_is_named(
    production: ProductionSession, plan: Plan
) -> None:
    frozen = Freeze(reason="an audit", by="eve", at=datetime(2026, 11, 21, tzinfo=UTC))
    put(production, locations.FREEZE, frozen.to_json())

    [found] = verify(production)

    assert found.place.endswith(locations.FREEZE)
    assert "an audit" in found.what


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
