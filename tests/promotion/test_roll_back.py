"""Rollback: any earlier configuration comes back as it was, if its model still works."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fakes.promotions.kept_models import in_production, of_model, with_model
from fakes.promotions.promotions import FIRST, SECOND, another, promote
from foundation import locations
from foundation.errors import InvalidParams, NotFound
from foundation.production.config import parse_production_config
from foundation.production.freeze import Freeze, Frozen
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.archive import archived_promotions, read_archived_config
from promotion.protocol.journal import read_closing, read_journal
from promotion.protocol.recovery import recover
from promotion.protocol.state import projected, read_state
from promotion.records import Plan
from promotion.roll_back import roll_back


@pytest.fixture
def first(production: ProductionSession) -> Plan:
    """A promotion whose model works, before another that has none."""
    plan = promote(production, with_model(production))
    promote(production, SECOND)
    return plan


def test_the_one_before_comes_back_byte_for_byte(
    production: ProductionSession, first: Plan
) -> None:
    found = roll_back(reason="too many false alarms", production=production)

    now = in_production(production)
    assert found.status == "promoted"
    assert of_model(now) == of_model(first.config)
    assert (now.promotion_id, now.restores) == (found.promotion_id, first.promotion_id)
    values = {name: each.value for name, each in read_state(production).parameters.items()}
    assert values == projected(now)


def test_it_is_a_promotion_like_any_other(production: ProductionSession, first: Plan) -> None:
    replaced = in_production(production)
    found = roll_back(reason="false alarms", production=production)

    plan = found.plan
    assert (plan.kind, plan.reason) == ("rollback", "false alarms")
    assert plan.config.follows == replaced.promotion_id
    assert production.objects.exists(production.bucket, locations.backup_key(plan.promotion_id))
    assert read_archived_config(plan.promotion_id, production) == plan.config
    closing = read_closing(plan.promotion_id, production)
    assert closing is not None
    assert closing.outcome == "finished"
    registry = production.registry
    assert registry.version_at("champion") == registry.version_of(plan.promotion_id) is not None


def test_the_history_says_what_was_restored(production: ProductionSession, first: Plan) -> None:
    roll_back(reason="false alarms", production=production)

    event = AuditTrail(production.objects, production.bucket, production.signer).entries()[-1].event
    assert (event.kind, event.reason) == ("rolled back", "false alarms")
    assert event.details == {"restores": first.promotion_id}
    assert event.run["run_id"] == "run-good"


def test_rolling_back_twice_is_where_it_began(production: ProductionSession) -> None:
    old = promote(production, with_model(production))
    new = promote(production, with_model(production, seed=5))

    roll_back(reason="false alarms", production=production)
    roll_back(reason="it was the network", production=production)

    now = in_production(production)
    assert of_model(now) == of_model(new.config) != of_model(old.config)
    assert now.restores == new.promotion_id


def test_what_is_restored_again_names_where_it_came_from(production: ProductionSession) -> None:
    old = promote(production, with_model(production))
    for _ in range(3):
        promote(production, SECOND)
        found = roll_back(reason="again", production=production)
        promote(production, FIRST)
        again = roll_back(found.promotion_id, reason="and again", production=production)

    assert found.plan.config.restores == again.plan.config.restores == old.promotion_id


# Fifteen here; tests/laws/test_history.py makes 150 in every run, and `make laws` here too.
@pytest.mark.parametrize("promotions", [15, pytest.param(150, marks=pytest.mark.laws)])
def test_after_many_promotions_the_first_comes_back_byte_for_byte(
    production: ProductionSession, promotions: int
) -> None:
    first = promote(production, with_model(production))
    for number in range(promotions - 1):
        promote(production, another(FIRST if number % 2 else SECOND))
    before = AuditTrail(production.objects, production.bucket, production.signer).length()

    roll_back(first.promotion_id, reason="the oldest was the best", production=production)

    now = in_production(production)
    assert before == promotions
    assert of_model(now) == of_model(first.config)
    assert now.restores == first.promotion_id
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    assert trail.problems() == []


def test_a_promotion_is_named_by_as_much_of_its_id_as_no_other_has(
    production: ProductionSession, first: Plan
) -> None:
    start = first.promotion_id
    others = [each for each in archived_promotions(production) if each != start]
    while not any(other.startswith(start[:-1]) for other in others):
        start = start[:-1]

    found = roll_back(start, reason="by its start", dry_run=True, production=production)

    assert found.plan.config.restores == first.promotion_id
    with pytest.raises(NotFound, match=r"2 promotions begin with 'promotion-'"):
        roll_back("promotion-", reason="which", production=production)


def test_a_name_that_no_promotion_has_is_not_found(
    production: ProductionSession, first: Plan
) -> None:
    for name in ("rollback-2020", "", f"{first.promotion_id}0"):
        with pytest.raises(NotFound, match=r"ceap promotion history.*Production is unchanged"):
            roll_back(name, reason="nobody", production=production)


def test_before_the_first_there_is_nothing(production: ProductionSession) -> None:
    with pytest.raises(NotFound, match="Nothing is in production"):
        roll_back(reason="back to what", production=production)
    promote(production, FIRST)
    with pytest.raises(NotFound, match="is the first promotion"):
        roll_back(reason="back to what", production=production)


def test_rolling_back_to_what_is_in_production_is_nothing(production: ProductionSession) -> None:
    plan = promote(production, with_model(production))
    before = all_of(production)

    found = roll_back(plan.promotion_id, reason="to itself", production=production)

    assert found.status == "unchanged"
    assert all_of(production) == before


def test_a_dry_run_shows_the_plan_and_writes_nothing(
    production: ProductionSession, first: Plan
) -> None:
    before = all_of(production)

    found = roll_back(reason="", dry_run=True, production=production)

    assert (found.status, found.verdict) == ("planned", "PROMOTE")
    assert found.plan.config.restores == first.promotion_id
    assert {gate.gate for gate in found.plan.gates} >= {"history", "hyperparameters", "model"}
    assert all_of(production) == before


def all_of(production: ProductionSession) -> Any:
    objects: Any = production.objects
    return dict(objects.objects), dict(read_state(production).parameters)


def test_nothing_is_rolled_back_without_a_reason(
    production: ProductionSession, first: Plan
) -> None:
    with pytest.raises(InvalidParams, match="reason: it is empty"):
        roll_back(reason=" ", production=production)
    assert in_production(production).algorithm == SECOND["algorithm"]


@pytest.mark.parametrize("nobody", ["", " ", " ada@workstation "])
def test_nobody_and_oneself_agree_to_nothing(
    production: ProductionSession, first: Plan, nobody: str
) -> None:
    with pytest.raises(InvalidParams, match="approved_by"):
        roll_back(reason="alerts doubled", approved_by=nobody, production=production)
    assert in_production(production).algorithm == SECOND["algorithm"]


def test_a_rollback_of_who_may_not_write_leaves_nothing_behind(
    production: ProductionSession, first: Plan
) -> None:
    store: Any = production.objects
    frozen = Freeze(reason="audit", by="eve", at=datetime(2026, 11, 21, tzinfo=UTC))
    store.write(production.bucket, locations.FREEZE, frozen.to_json())
    before = dict(store.objects)

    with pytest.raises(Frozen):
        roll_back(reason="alerts doubled", production=production)

    assert store.objects == before


def test_a_rollback_waits_for_a_second_person_only_where_the_policy_wants_it(
    production: ProductionSession, first: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "params" / "promotion" / "policy.yaml"
    policy.parent.mkdir(parents=True)
    (tmp_path / "params" / "environments").mkdir()
    policy.write_text("approval: {second_person: true, rollbacks: true}")
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    found = roll_back(reason="alerts doubled", production=production)
    assert (found.status, in_production(production).algorithm) == ("waiting", SECOND["algorithm"])

    policy.write_text("approval: {second_person: true}")
    assert roll_back(reason="alerts doubled", production=production).status == "promoted"


def test_a_rollback_that_was_killed_is_finished_by_anybody(
    production: ProductionSession, first: Plan
) -> None:
    def on_step(step: str) -> None:
        if step == "projecting to Parameter Store":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        roll_back(reason="back", production=production, on_step=on_step)

    (found,) = recover(replace(production, who="grace@laptop"))

    assert found.outcome == "finished"
    assert of_model(in_production(production)) == of_model(first.config)
    assert read_journal(found.promotion_id, production).plan.kind == "rollback"


def test_a_rollback_finishes_first_what_a_crash_left(
    production: ProductionSession, first: Plan
) -> None:
    def on_step(step: str) -> None:
        if step == "projecting to Parameter Store":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        roll_back(reason="killed", production=production, on_step=on_step)

    roll_back(reason="undo it", approved_by="grace", production=production)

    assert in_production(production).algorithm == SECOND["algorithm"]
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    reasons = [entry.event.reason for entry in trail.entries()]
    assert reasons == ["better", "better", "killed", "undo it"]


def test_the_archived_file_is_what_readers_of_it_expect(production: ProductionSession) -> None:
    plan = promote(production, FIRST)
    place = production.bucket, locations.archived_config_key(plan.promotion_id)
    found = parse_production_config(production.objects.read(*place), source="the archive")
    assert found == plan.config
