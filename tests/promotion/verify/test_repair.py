"""Repair: what differs is restored, once, and recorded; nothing else is touched."""

import json
from dataclasses import replace
from typing import Any

import pytest

from fakes.ports.signer import FakeSigner
from fakes.promotions.edits_by_hand import (
    BREAKINGS,
    DEPTH,
    at,
    edited,
    parameters,
    put,
    removed,
    trail,
)
from fakes.promotions.promotions import SECOND, promote
from fakes.promotions.stops import AFTER_THE_COMMIT, stopped
from foundation import locations
from foundation.production.config import read_production_config, sealed, to_yaml
from foundation.stores.lease import Busy, hold_lease
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.journal import read_closing
from promotion.protocol.state import current_promotion, read_state
from promotion.records import Plan
from promotion.verify.verification import repair, verify


@pytest.mark.parametrize("broken", BREAKINGS)
def test_each_is_put_right_and_remembered(
    production: ProductionSession, plan: Plan, broken: str
) -> None:
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
def test_repairing_twice_is_repairing_once(
    production: ProductionSession, plan: Plan, broken: str
) -> None:
    BREAKINGS[broken][0](production, plan)
    repair(production)
    length, state = trail(production).length(), read_state(production)

    assert repair(production) == []

    assert (trail(production).length(), read_state(production)) == (length, state)


def test_what_is_right_gets_no_new_version(production: ProductionSession, plan: Plan) -> None:
    production.parameters.write(DEPTH, "99")
    before = dict(parameters(production))

    repair(production)

    after = parameters(production)
    assert {name for name in after if after[name] != before[name]} == {DEPTH}


def test_all_differences_are_named_at_once_and_put_right_together(
    production: ProductionSession, plan: Plan
) -> None:
    for name in ("file edited", "parameter edited", "alias missing", "archive missing"):
        BREAKINGS[name][0](production, plan)

    assert len(verify(production)) == 4
    assert repair(production) == []
    assert len(trail(production).entries()[-1].event.changes) == 4


def test_after_a_repair_promoting_goes_on(production: ProductionSession, plan: Plan) -> None:
    edited(production, locations.PRODUCTION_CONFIG, b"max_depth: 7", b"max_depth: 8")
    repair(production)

    new = promote(production, SECOND)

    assert new.config.follows == plan.promotion_id
    assert verify(production) == []


@pytest.mark.parametrize("step", AFTER_THE_COMMIT)
def test_repairing_finishes_what_a_crash_left(
    production: ProductionSession, plan: Plan, step: str
) -> None:
    left = stopped(production, SECOND, step)

    assert repair(production) == []

    assert current_promotion(production) == left.promotion_id
    closing = read_closing(left.promotion_id, production)
    assert closing is not None
    assert closing.outcome == "finished"
    assert trail(production).entries()[-1].event.kind == "promoted"


@pytest.mark.parametrize("damage", [b"", b"algorithm: none\n"])
@pytest.mark.parametrize("step", AFTER_THE_COMMIT[1:])
def test_what_a_crash_left_is_finished_though_the_file_was_damaged_too(
    production: ProductionSession, plan: Plan, step: str, damage: bytes
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


def test_what_never_came_to_production_is_not_put_there(
    production: ProductionSession, plan: Plan
) -> None:
    stopped(production, SECOND, "committing the configuration")
    removed(production, locations.PRODUCTION_CONFIG)

    assert repair(production) == []

    assert current_promotion(production) == plan.promotion_id


def test_a_forged_entry_does_not_decide_what_is_put_back(
    production: ProductionSession, plan: Plan
) -> None:
    before = trail(production).entries()[0].event
    eve = AuditTrail(production.objects, production.bucket, FakeSigner("of eve"))
    eve.append(before.model_copy(update={"event_id": "again"}))
    removed(production, locations.PRODUCTION_CONFIG)

    found = repair(production)

    assert current_promotion(production) == plan.promotion_id
    assert any(locations.audit_entry_key(3) in each.what for each in found)


def test_an_archive_with_a_digest_made_to_fit_is_not_put_back(
    production: ProductionSession, plan: Plan
) -> None:
    fields = plan.config.model_dump(exclude={"digest"}) | {"decision_threshold": 0.99}
    put(production, locations.archived_config_key(plan.promotion_id), to_yaml(sealed(**fields)))
    removed(production, locations.PRODUCTION_CONFIG)
    assert any("It was replaced: its digest is" in each.what for each in verify(production))

    assert repair(production) == []

    assert read_production_config(production.objects, production.settings) == plan.config


def test_a_file_that_nothing_is_kept_of_is_left_alone(production: ProductionSession) -> None:
    put(production, locations.PRODUCTION_CONFIG, b"algorithm: mine\n")

    [found] = repair(production)

    assert "Remove it, and promote" in found.what
    assert at(production, locations.PRODUCTION_CONFIG) == b"algorithm: mine\n"


def test_a_plan_that_was_changed_in_its_journal_is_not_put_back(
    production: ProductionSession, plan: Plan
) -> None:
    before = str(plan.config.follows)
    removed(production, locations.archived_config_key(before))
    key = locations.promotion_key(before, "journal.json")
    content = json.loads(at(production, key))
    content["plan"]["reason"] = "another"
    put(production, key, json.dumps(content).encode())

    [found] = repair(production)

    assert "It is missing: the history tells of promotion" in found.what


def test_a_registry_that_forgot_the_promotion_is_told_again(
    production: ProductionSession, plan: Plan
) -> None:
    registry: Any = production.registry
    registry.versions.clear()
    registry.aliases.clear()
    assert any("no version of promotion" in each.what for each in verify(production))

    repair(production)

    assert registry.version_of(plan.promotion_id) == registry.version_at("champion") is not None


def test_while_a_promotion_is_at_work_nothing_is_repaired(
    production: ProductionSession, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("promotion.protocol.lock.PATIENCE_SECONDS", 0.0)
    place = production.bucket, locations.PROMOTION_LEASE
    production.parameters.write(DEPTH, "99")

    with hold_lease(production.objects, *place, what="Promotion"), pytest.raises(Busy):
        repair(production)

    assert parameters(production)[DEPTH].value == "99"
