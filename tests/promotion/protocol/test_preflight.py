"""Preflight: every missing permission is named at once, and the checks change nothing."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from fakes.faults.faulty_ports import Wire, delivered_late, meanwhile, over
from fakes.faults.faulty_proxy import Burst
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.parameter_store import FakeParameterStore
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, planned, promote, values
from foundation import locations
from foundation.aws import client
from foundation.errors import AccessDenied, Unavailable
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from foundation.stores.parameter_store import SsmParameterStore
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.preflight import require_permitted
from promotion.protocol.state import current_promotion, projected, read_state
from promotion.refusals import ClockWrong


class Denied:
    """A port of which some calls are not allowed."""

    def __init__(self, port: Any, *methods: str) -> None:
        self._port, self._methods = port, methods

    def __getattr__(self, method: str) -> Any:
        if method not in self._methods:
            return getattr(self._port, method)

        def refuse(*given: Any, **_: Any) -> Any:
            message = f"{method} of {given[:1]} failed: AccessDenied"
            raise AccessDenied(message)

        return refuse


def preflight(production: ProductionSession) -> None:
    require_permitted(planned(production, SECOND), read_state(production), production)


@pytest.fixture
def production() -> ProductionSession:
    production = fake_production()
    promote(production, FIRST)
    return production


def test_who_may_everything_changes_nothing_by_asking(production: ProductionSession) -> None:
    objects, parameters, registry = production.objects, production.parameters, production.registry
    assert isinstance(objects, FakeObjectStore)
    assert isinstance(parameters, FakeParameterStore)
    before = (
        dict(objects.objects),
        dict(parameters.parameters),
        registry.version_at("champion"),
    )

    preflight(production)

    assert before == (objects.objects, parameters.parameters, registry.version_at("champion"))


def test_before_the_first_promotion_only_a_parameter_is_left_that_says_what_it_is() -> None:
    production = fake_production()

    preflight(production)

    parameters: Any = production.parameters
    assert list(parameters.values) == [locations.PREFLIGHT_PARAMETER]
    assert parameters.values[locations.PREFLIGHT_PARAMETER].startswith("Nothing reads this.")
    assert production.objects.keys(production.bucket, "") == []
    preflight(production)  # which finds it there


@pytest.mark.parametrize("theirs", [SECOND, {**FIRST, "hyperparameters": {"max_depth": 9}}])
def test_who_is_overtaken_while_asking_brings_nothing_back(
    production: ProductionSession, theirs: dict[str, Any]
) -> None:
    """Another promotion removes parameters just before a request of the preflight comes."""
    mine, state = planned(production, FIRST | {"seed": 8}), read_state(production)
    wire = Wire()
    require_permitted(mine, state, over(wire, production))
    other = planned(production, theirs)

    for number in [n for n, call in enumerate(wire.calls) if call == "parameters.create"]:
        overtaken = Wire({number: meanwhile(lambda: execute_plan(other, production))})
        require_permitted(mine, state, over(overtaken, production))

    assert values(production) == projected(other.config)


def test_a_request_of_the_preflight_that_comes_when_all_have_gone_changes_nothing(
    production: ProductionSession,
) -> None:
    mine, state = planned(production, FIRST | {"seed": 8}), read_state(production)
    calls = Wire()
    require_permitted(mine, state, over(calls, production))
    late = [Wire({number: delivered_late}) for number, _ in enumerate(calls.calls)]
    for wire in late:
        with suppress(Unavailable):
            require_permitted(mine, state, over(wire, production))
    other = promote(production, SECOND)
    keys = production.objects.keys(production.bucket, "")

    for wire in late:
        wire.deliver_late()

    assert values(production) == projected(other.config)
    assert production.objects.keys(production.bucket, "") == keys


def test_where_models_may_not_be_kept_is_named_and_a_rollback_keeps_none(
    production: ProductionSession,
) -> None:
    class NoModels(FakeObjectStore):
        def write_if(self, bucket: str, key: str, data: bytes, *, etag: str | None) -> str:
            if bucket == production.settings.models_bucket:
                message = "AccessDenied"
                raise AccessDenied(message)
            return super().write_if(bucket, key, data, etag=etag)

    poor, plan = replace(production, objects=NoModels()), planned(production, SECOND)
    state = read_state(production)

    with pytest.raises(AccessDenied, match=r"s3://fraud-detection-models/models/: AccessDenied"):
        require_permitted(plan, state, poor)
    require_permitted(plan.model_copy(update={"kind": "rollback"}), state, poor)


@pytest.mark.parametrize(
    ("port", "methods", "named"),
    [
        (
            "objects",
            ["write_if"],
            ["production-model-config.yaml", "backups/", "audit/", "s3://fraud-detection-models/"],
        ),
        ("objects", ["delete"], ["delete in s3://fraud-detection-config/promotion-lease/"]),
        ("parameters", ["create"], [f"write {locations.CONFIG_PARAMETER}"]),
        ("parameters", ["delete"], [f"delete {locations.HYPERPARAMETERS}"]),
        ("signer", ["sign"], ["sign an entry of the history"]),
        ("registry", ["version_at"], ["read the model registry"]),
    ],
)
def test_each_step_that_is_not_allowed_is_named(
    production: ProductionSession, port: str, methods: list[str], named: list[str]
) -> None:
    plan, state = planned(production, SECOND), read_state(production)
    ports: dict[str, Any] = {port: Denied(getattr(production, port), *methods)}

    with pytest.raises(AccessDenied, match="ada@workstation may not") as denied:
        require_permitted(plan, state, replace(production, **ports))

    assert "Production is unchanged" in str(denied.value)
    for part in named:
        assert part in str(denied.value)


def test_all_that_is_not_allowed_is_named_at_once(production: ProductionSession) -> None:
    poor = replace(
        production,
        parameters=Denied(production.parameters, "delete"),
        objects=Denied(production.objects, "delete"),
        signer=Denied(production.signer, "sign"),
    )
    with pytest.raises(AccessDenied) as denied:
        preflight(poor)

    assert str(denied.value).count("\n  - ") == 3


def test_a_promotion_that_is_not_permitted_is_not_begun(production: ProductionSession) -> None:
    before = current_promotion(production)
    plan, objects = planned(production, SECOND), production.objects
    kept = objects.keys(production.bucket, "")

    with pytest.raises(AccessDenied):
        execute_plan(plan, replace(production, signer=Denied(production.signer, "sign")))

    assert current_promotion(production) == before
    assert objects.keys(production.bucket, "") == kept


def test_a_store_that_does_not_answer_is_no_missing_permission(
    production: ProductionSession,
) -> None:
    class Away:
        def sign(self, _data: bytes) -> Any:
            message = "KMS is away"
            raise Unavailable(message)

    with pytest.raises(Unavailable, match="KMS is away"):
        preflight(replace(production, signer=Away()))


@pytest.mark.parametrize("seconds", [-31, 31, 3600])
def test_a_clock_that_is_wrong_is_refused(production: ProductionSession, seconds: int) -> None:
    def shifted() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=seconds)

    wrong = replace(production, now=shifted)
    with pytest.raises(ClockWrong, match=r"Production is unchanged\. Set the clock"):
        execute_plan(planned(wrong, SECOND), wrong)

    assert len(production.objects.keys(production.bucket, locations.PROMOTIONS)) == 3


@pytest.mark.parametrize("seconds", [-25, 25])
def test_a_clock_that_is_a_little_wrong_will_do(
    production: ProductionSession, seconds: int
) -> None:
    def shifted() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=seconds)

    preflight(replace(production, now=shifted))


@pytest.fixture(params=["moto_settings", "local_aws"])
def proxied(request: pytest.FixtureRequest) -> Iterator[tuple[Burst, ProductionSession]]:
    """Production in an AWS, reached through a proxy that can refuse."""
    settings: Settings = request.getfixturevalue(request.param)
    bucket = f"config-{uuid4()}"  # of its own: other tests promote too
    client("s3", settings).create_bucket(Bucket=bucket)
    burst = Burst(str(settings.aws_endpoint_url))
    through = settings.model_copy(update={"aws_endpoint_url": burst.url, "config_bucket": bucket})
    objects, parameters = S3ObjectStore(through), SsmParameterStore(through)
    yield burst, fake_production(settings=through, objects=objects, parameters=parameters)
    burst.stop()
    everywhere = SsmParameterStore(settings)
    everywhere.delete(list(everywhere.below("/fraud-detection/")))


@pytest.mark.parametrize("is_first", [True, False])
def test_on_aws_asking_changes_nothing_either(
    proxied: tuple[Burst, ProductionSession], is_first: bool
) -> None:
    _, production = proxied
    if not is_first:
        promote(production, FIRST)
    before, keys = read_state(production), production.objects.keys(production.bucket, "")

    preflight(production)

    assert read_state(production) == before
    assert production.objects.keys(production.bucket, "") == keys


@pytest.mark.parametrize(
    ("service", "operation", "count"),
    [
        ("s3", "PutObject", 7),
        ("s3", "DeleteObject", 1),
        ("ssm", "PutParameter", 1),
        ("ssm", "DeleteParameters", 1),
    ],
)
def test_what_aws_denies_is_found(
    proxied: tuple[Burst, ProductionSession], service: str, operation: str, count: int
) -> None:
    burst, production = proxied
    promote(production, FIRST)
    burst.does(service, operation, error={"code": "AccessDeniedException", "status": 400})

    with pytest.raises(AccessDenied) as denied:
        preflight(production)

    assert str(denied.value).count("\n  - ") == count
