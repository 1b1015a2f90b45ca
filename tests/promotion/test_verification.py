"""Verification: every difference is named, and what can be put right is, once, and remembered."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from fakes.production import fake_production
from fakes.promotions import FIRST, SECOND, planned, promote
from fakes.signer import FakeSigner
from foundation import locations
from foundation.aws import client
from foundation.errors import Unavailable
from foundation.freezing import Freeze
from foundation.lease import Busy, leased
from foundation.object_store import S3ObjectStore
from foundation.parameter_store import Parameter, SsmParameterStore
from foundation.production_config import read_production_config, sealed, to_yaml
from foundation.settings import Settings
from promotion.audit import AuditTrail
from promotion.carrying_out import carry_out
from promotion.journal import closing_of
from promotion.production import Production
from promotion.records import Plan
from promotion.recovery import recover
from promotion.rolling_back import roll_back
from promotion.state import current_promotion, read_state
from promotion.verification import Difference, repair, verify

DEPTH = locations.hyperparameter("max_depth")


@pytest.fixture
def production() -> Production:
    return fake_production()


@pytest.fixture
def plan(production: Production) -> Plan:
    """What is in production, after another that was before it."""
    promote(production, SECOND)
    return promote(production, FIRST)


def stopped(production: Production, candidate: dict[str, Any], step: str) -> Plan:
    """A promotion that was stopped at this step."""
    plan = planned(production, candidate)

    def told(now: str) -> None:
        if now == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out(plan, production, told=told)
    return plan


def at(production: Production, key: str) -> bytes:
    return production.objects.read(production.bucket, key)


def put(production: Production, key: str, data: bytes) -> None:
    production.objects.write(production.bucket, key, data)


def edited(production: Production, key: str, old: bytes, new: bytes) -> None:
    data = at(production, key)
    assert old in data
    put(production, key, data.replace(old, new))


def removed(production: Production, key: str) -> None:
    production.objects.delete(production.bucket, key)


def parameters(production: Production) -> dict[str, Parameter]:
    found: dict[str, Parameter] = production.parameters.parameters  # type: ignore[attr-defined]
    return found


def trail(production: Production) -> AuditTrail:
    return AuditTrail(production.objects, production.bucket, production.signer)


def only(differences: list[Difference]) -> Difference:
    (found,) = differences
    return found


def test_where_nothing_was_ever_promoted_nothing_differs(production: Production) -> None:
    assert verify(production) == []
    assert repair(production) == []
    assert production.objects.keys(production.bucket, "audit/") == []


def test_after_each_promotion_and_rollback_nothing_differs(production: Production) -> None:
    for candidate in (FIRST, SECOND, FIRST):
        promote(production, candidate)
        assert verify(production) == []
    roll_back(reason="back", approved_by="grace", production=production)
    assert verify(production) == []


def test_verifying_writes_nothing(production: Production, plan: Plan) -> None:
    objects: Any = production.objects
    edited(production, locations.PRODUCTION_CONFIG, b"max_depth: 7", b"max_depth: 8")
    production.parameters.delete([DEPTH])
    before = dict(objects.objects), dict(parameters(production))

    assert verify(production)

    assert before == (objects.objects, parameters(production))


# A way to break one place, where that is, and what is said of it.
Breaking = tuple[Callable[[Production, Plan], None], str, str]
FILE = f"s3://fraud-detection-config/{locations.PRODUCTION_CONFIG}"


def older(production: Production, plan: Plan) -> None:
    """Somebody copies an earlier archived file over the one in production."""
    before = locations.archived_config(str(plan.config.follows))
    put(production, locations.PRODUCTION_CONFIG, at(production, before))


def forged(production: Production, plan: Plan) -> None:
    """A file that is whole, and that nobody promoted."""
    fields = plan.config.model_dump(exclude={"digest"}) | {"promotion_id": "promotion-of-eve"}
    put(production, locations.PRODUCTION_CONFIG, to_yaml(sealed(**fields)))


def resealed(production: Production, plan: Plan) -> None:
    """The promoted file, changed, with a digest that fits."""
    fields = plan.config.model_dump(exclude={"digest"}) | {"decision_threshold": 0.99}
    put(production, locations.PRODUCTION_CONFIG, to_yaml(sealed(**fields)))


BREAKINGS: dict[str, Breaking] = {
    "file missing": (
        lambda production, _: removed(production, locations.PRODUCTION_CONFIG),
        FILE,
        r"It is missing: xgboost of promotion promotion-",
    ),
    "file edited": (
        lambda production, _: edited(
            production, locations.PRODUCTION_CONFIG, b"max_depth: 7", b"max_depth: 8"
        ),
        FILE,
        r"Readers refuse it: .*its sha256 is",
    ),
    "file torn": (
        lambda production, _: put(
            production, locations.PRODUCTION_CONFIG, at(production, FILE.split("/", 3)[3])[:700]
        ),
        FILE,
        r"Readers refuse it: .*is not a production configuration",
    ),
    "file of something else": (
        lambda production, _: put(production, locations.PRODUCTION_CONFIG, b"\xff\x00"),
        FILE,
        r"Readers refuse it",
    ),
    "file older": (
        older,
        FILE,
        rf"It holds {SECOND['algorithm']} of promotion .*xgboost of .*belongs there",
    ),
    "file forged": (forged, FILE, r"It holds xgboost of promotion promotion-of-eve"),
    "file resealed": (resealed, FILE, r"It holds xgboost of .*: xgboost of .* belongs there"),
    "parameter edited": (
        lambda production, _: production.parameters.write(DEPTH, "99"),
        f"ssm:{DEPTH}",
        r"It is 99, and 7 is expected\.",
    ),
    "parameter missing": (
        lambda production, _: production.parameters.delete([DEPTH]),
        f"ssm:{DEPTH}",
        r"It is missing: 7 is expected\.",
    ),
    "parameter strange": (
        lambda production, _: production.parameters.write(f"{DEPTH}s", "7"),
        f"ssm:{DEPTH}s",
        r"It is 7, and nothing that is in production put it there",
    ),
    "parameter of another type": (
        lambda production, _: parameters(production).update(
            {DEPTH: Parameter(name=DEPTH, value="7", type="StringList")}
        ),
        f"ssm:{DEPTH}",
        r"It is a StringList, and a String is expected, 7\.",
    ),
    "manifest edited": (
        lambda production, _: production.parameters.write(locations.CONFIG_PARAMETER, "{}"),
        f"ssm:{locations.CONFIG_PARAMETER}",
        r"no whole configuration \({}\), and xgboost of promotion .* is expected",
    ),
    "manifest missing": (
        lambda production, _: production.parameters.delete([locations.CONFIG_PARAMETER]),
        f"ssm:{locations.CONFIG_PARAMETER}",
        r"It is missing: xgboost of promotion",
    ),
    "alias elsewhere": (
        lambda production, _: production.registry.point("champion", "1"),
        "mlflow:fraud-detection@champion",
        r"It points to version 1, and version 2 \(promotion promotion-.*\) is expected",
    ),
    "alias missing": (
        lambda production, _: production.registry.point("previous", None),
        "mlflow:fraud-detection@previous",
        r"It points to no version, and version 1",
    ),
    "archive missing": (
        lambda production, plan: removed(
            production, locations.archived_config(plan.promotion_id)
        ),
        "archive/",
        r"It is missing: the history tells of promotion",
    ),
    "archive edited": (
        lambda production, plan: edited(
            production,
            locations.archived_config(str(plan.config.follows)),
            b"run-second",
            b"run-secund",
        ),
        "archive/",
        r"It was edited",
    ),
}  # fmt: skip


@pytest.mark.parametrize("broken", BREAKINGS)
def test_each_place_that_differs_is_named(production: Production, plan: Plan, broken: str) -> None:
    break_it, place, what = BREAKINGS[broken]
    break_it(production, plan)

    found = only(verify(production))

    assert place in found.place
    assert re.search(what, found.what, re.DOTALL), found.what


@pytest.mark.parametrize("broken", BREAKINGS)
def test_each_is_put_right_and_remembered(production: Production, plan: Plan, broken: str) -> None:
    before = {key: at(production, key) for key in production.objects.keys(production.bucket, "")}
    break_it, place, _ = BREAKINGS[broken]
    break_it(production, plan)

    assert repair(replace(production, who="grace@laptop")) == []

    assert read_production_config(production.objects, production.settings) == plan.config
    for key, data in before.items():
        assert key.startswith(locations.PROMOTION_LEASE) or at(production, key) == data
    event = trail(production).entries()[-1].event
    assert (event.kind, event.who) == ("repaired", "grace@laptop")
    assert place in only_place(event.changes)


def only_place(changes: Any) -> str:
    (change,) = changes
    return str(change.place)


@pytest.mark.parametrize("broken", BREAKINGS)
def test_repairing_twice_is_repairing_once(production: Production, plan: Plan, broken: str) -> None:
    BREAKINGS[broken][0](production, plan)
    repair(production)
    length, state = trail(production).length(), read_state(production)

    assert repair(production) == []

    assert (trail(production).length(), read_state(production)) == (length, state)


def test_what_is_right_gets_no_new_version(production: Production, plan: Plan) -> None:
    production.parameters.write(DEPTH, "99")
    before = dict(parameters(production))

    repair(production)

    after = parameters(production)
    assert {name for name in after if after[name] != before[name]} == {DEPTH}


def test_all_differences_are_named_at_once_and_put_right_together(
    production: Production, plan: Plan
) -> None:
    for name in ("file edited", "parameter edited", "alias missing", "archive missing"):
        BREAKINGS[name][0](production, plan)

    assert len(verify(production)) == 4
    assert repair(production) == []
    assert len(trail(production).entries()[-1].event.changes) == 4


def test_after_a_repair_promoting_goes_on(production: Production, plan: Plan) -> None:
    edited(production, locations.PRODUCTION_CONFIG, b"max_depth: 7", b"max_depth: 8")
    repair(production)

    new = promote(production, SECOND)

    assert new.config.follows == plan.promotion_id
    assert verify(production) == []


AFTER_THE_COMMIT = (
    "projecting to Parameter Store",
    "archiving the configuration",
    "pointing the aliases of the model registry",
    "adding to the history",
)


@pytest.mark.parametrize("step", AFTER_THE_COMMIT)
def test_what_is_not_finished_is_named_with_the_way_out(
    production: Production, plan: Plan, step: str
) -> None:
    left = stopped(production, SECOND, step)

    found = {each.place: each.what for each in verify(production)}

    unfinished = [what for place, what in found.items() if place.endswith("finished.json")]
    assert len(unfinished) == 1
    assert left.promotion_id in unfinished[0]
    assert "ceap promotion recover" in unfinished[0]
    recover(production)
    assert verify(production) == []


@pytest.mark.parametrize("step", AFTER_THE_COMMIT)
def test_repairing_finishes_what_a_crash_left(
    production: Production, plan: Plan, step: str
) -> None:
    left = stopped(production, SECOND, step)

    assert repair(production) == []

    assert current_promotion(production) == left.promotion_id
    closing = closing_of(left.promotion_id, production)
    assert closing is not None
    assert closing.outcome == "finished"
    assert trail(production).entries()[-1].event.kind == "promoted"


@pytest.mark.parametrize("damage", [b"", b"algorithm: none\n"])
@pytest.mark.parametrize("step", AFTER_THE_COMMIT[1:])
def test_what_a_crash_left_is_finished_though_the_file_was_damaged_too(
    production: Production, plan: Plan, step: str, damage: bytes
) -> None:
    """The whole configuration in Parameter Store tells which promotion it was."""
    left = stopped(production, SECOND, step)
    if damage:
        put(production, locations.PRODUCTION_CONFIG, damage)
    else:
        removed(production, locations.PRODUCTION_CONFIG)

    assert repair(production) == []

    assert read_production_config(production.objects, production.settings) == left.config
    assert left.promotion_id in {entry.event.promotion_id for entry in trail(production).entries()}


def test_a_damaged_file_still_tells_whose_it_is(production: Production, plan: Plan) -> None:
    """Before the projection nothing else does."""
    left = stopped(production, SECOND, "projecting to Parameter Store")
    edited(production, locations.PRODUCTION_CONFIG, b"run-second", b"run-secund")

    assert repair(production) == []

    assert read_production_config(production.objects, production.settings) == left.config


def test_what_never_came_to_production_is_not_put_there(production: Production, plan: Plan) -> None:
    stopped(production, SECOND, "committing the configuration")
    removed(production, locations.PRODUCTION_CONFIG)

    assert repair(production) == []

    assert current_promotion(production) == plan.promotion_id


def test_a_changed_entry_is_named_and_stays(production: Production, plan: Plan) -> None:
    key = locations.audit_entry(1)
    edited(production, key, b"ada@workstation", b"eve@workstation")

    found = repair(production)

    assert any(key in each.what and "cannot be repaired" in each.what for each in found)
    assert read_production_config(production.objects, production.settings) == plan.config


def test_a_last_entry_that_is_gone_is_missed(production: Production, plan: Plan) -> None:
    """A chain is sound without its end; what is in production says that there was one."""
    removed(production, locations.audit_entry(2))
    assert trail(production).problems() == []

    found = repair(production)

    assert any(f"is of {plan.promotion_id}: its entry is missing" in each.what for each in found)
    assert current_promotion(production) == plan.promotion_id


def test_a_forged_entry_does_not_decide_what_is_put_back(
    production: Production, plan: Plan
) -> None:
    before = trail(production).entries()[0].event
    eve = AuditTrail(production.objects, production.bucket, FakeSigner("of eve"))
    eve.append(before.model_copy(update={"event_id": "again"}))
    removed(production, locations.PRODUCTION_CONFIG)

    found = repair(production)

    assert current_promotion(production) == plan.promotion_id
    assert any(locations.audit_entry(3) in each.what for each in found)


def test_an_archive_with_a_digest_made_to_fit_is_not_put_back(
    production: Production, plan: Plan
) -> None:
    fields = plan.config.model_dump(exclude={"digest"}) | {"decision_threshold": 0.99}
    put(production, locations.archived_config(plan.promotion_id), to_yaml(sealed(**fields)))
    removed(production, locations.PRODUCTION_CONFIG)
    assert any("It was replaced: its digest is" in each.what for each in verify(production))

    assert repair(production) == []

    assert read_production_config(production.objects, production.settings) == plan.config


def test_an_archived_stranger_is_named(production: Production, plan: Plan) -> None:
    fields = plan.config.model_dump(exclude={"digest"}) | {"promotion_id": "promotion-of-eve"}
    put(production, locations.archived_config("promotion-of-eve"), to_yaml(sealed(**fields)))

    found = only(repair(production))

    assert "vouches for no such promotion" in found.what


def test_a_backup_that_is_gone_is_named(production: Production, plan: Plan) -> None:
    key = locations.backup(plan.promotion_id)
    removed(production, key)

    found = only(repair(production))

    assert found.place.endswith(key)
    assert "cannot be repaired" in found.what


def test_a_freeze_that_somebody_removed_by_hand_is_named(
    production: Production, plan: Plan
) -> None:
    frozen = Freeze(reason="an audit", by="eve", at=datetime(2026, 11, 21, tzinfo=UTC))
    put(production, locations.FREEZE, frozen.to_json())

    found = only(verify(production))

    assert found.place.endswith(locations.FREEZE)
    assert "an audit" in found.what


def test_a_file_that_nothing_is_kept_of_is_left_alone(production: Production) -> None:
    put(production, locations.PRODUCTION_CONFIG, b"algorithm: mine\n")

    found = only(repair(production))

    assert "Remove it, and promote" in found.what
    assert at(production, locations.PRODUCTION_CONFIG) == b"algorithm: mine\n"


def test_when_nothing_is_left_of_what_was_promoted_that_is_said(
    production: Production, plan: Plan
) -> None:
    removed(production, locations.PRODUCTION_CONFIG)
    production.parameters.delete([locations.CONFIG_PARAMETER])
    for promotion_id in (plan.promotion_id, str(plan.config.follows)):
        removed(production, locations.archived_config(promotion_id))
        removed(production, locations.promotion(promotion_id, "journal.json"))

    found = repair(production)

    assert any("nothing of what was promoted is kept" in each.what for each in found)


def test_a_plan_that_was_changed_in_its_journal_is_not_put_back(
    production: Production, plan: Plan
) -> None:
    before = str(plan.config.follows)
    removed(production, locations.archived_config(before))
    key = locations.promotion(before, "journal.json")
    content = json.loads(at(production, key))
    content["plan"]["reason"] = "another"
    put(production, key, json.dumps(content).encode())

    found = only(repair(production))

    assert "It is missing: the history tells of promotion" in found.what


def test_what_is_kept_nowhere_else_is_taken_from_the_parameter_that_mirrors_it(
    production: Production, plan: Plan
) -> None:
    for key in (
        locations.PRODUCTION_CONFIG,
        locations.archived_config(plan.promotion_id),
        locations.promotion(plan.promotion_id, "journal.json"),
    ):
        removed(production, key)

    assert repair(production) == []

    assert read_production_config(production.objects, production.settings) == plan.config


def test_what_cannot_be_reached_is_an_error(production: Production, plan: Plan) -> None:
    class Away:
        def version_of(self, _promotion_id: str) -> str | None:
            message = "MLflow is away"
            raise Unavailable(message)

    with pytest.raises(Unavailable, match="MLflow is away"):
        verify(replace(production, registry=Away()))  # type: ignore[arg-type]


def test_a_registry_that_forgot_the_promotion_is_told_again(
    production: Production, plan: Plan
) -> None:
    registry: Any = production.registry
    registry.versions.clear()
    registry.aliases.clear()
    assert any("no version of promotion" in each.what for each in verify(production))

    repair(production)

    assert registry.version_of(plan.promotion_id) == registry.aliased("champion") is not None


def test_while_a_promotion_is_at_work_nothing_is_repaired(
    production: Production, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("promotion.repairing.PATIENCE_SECONDS", 0.0)
    place = production.bucket, locations.PROMOTION_LEASE
    production.parameters.write(DEPTH, "99")

    with leased(production.objects, *place, what="Promotion"), pytest.raises(Busy):
        repair(production)

    assert parameters(production)[DEPTH].value == "99"


@pytest.fixture(params=["moto_settings", "local_aws"])
def on_aws(request: pytest.FixtureRequest) -> Iterator[Production]:
    """Production in an AWS, in a bucket of its own: other tests promote too."""
    settings: Settings = request.getfixturevalue(request.param)
    settings = settings.model_copy(update={"config_bucket": f"config-{uuid4()}"})
    client("s3", settings).create_bucket(Bucket=settings.config_bucket)
    objects, parameters = S3ObjectStore(settings), SsmParameterStore(settings)
    yield fake_production(settings=settings, objects=objects, parameters=parameters)
    parameters.delete(list(parameters.below("/fraud-detection/")))


def test_on_aws_what_was_edited_in_the_console_is_named_and_put_right(on_aws: Production) -> None:
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
