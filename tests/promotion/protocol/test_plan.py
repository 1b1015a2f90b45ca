"""Plan: every write is named before any is made, from one state of production and for no other."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fakes.promotions.promotions import FIRST, SECOND, planned, promote, proposal_of
from foundation import locations
from promotion.production import ProductionSession
from promotion.protocol.plan import changes_nothing, new_promotion_id, parameter_gate, plan_of
from promotion.protocol.state import read_state


def test_the_first_plan_creates_everything_in_the_order_of_the_writes(
    production: ProductionSession,
) -> None:
    plan = planned(production, FIRST)

    assert {write.action for write in plan.writes} == {"create"}
    places = [write.place for write in plan.writes]
    promotion = locations.promotion_key(plan.promotion_id, "")
    in_order = [promotion, locations.backup_key(plan.promotion_id), locations.PRODUCTION_CONFIG,
                locations.CONFIG_PARAMETER, locations.archived_config_key(plan.promotion_id),
                "@champion", locations.audit_entry_key(1)]  # fmt: skip
    found = [next(i for i, place in enumerate(places) if place.endswith(end)) for end in in_order]
    assert found == sorted(found)
    assert production.objects.keys(production.bucket, "") == []


def test_a_later_plan_names_what_it_replaces_and_removes(production: ProductionSession) -> None:
    first = promote(production, FIRST)

    plan = planned(production, SECOND)

    assert plan.config.follows == plan.base.promotion_id == first.promotion_id
    actions = {write.place: write.action for write in plan.writes}
    assert actions[f"s3://{production.bucket}/{locations.PRODUCTION_CONFIG}"] == "replace"
    assert actions[f"ssm:{locations.hyperparameter_name('max_depth')}"] == "remove"
    assert actions[f"ssm:{locations.hyperparameter_name('dropout')}"] == "create"
    assert actions[f"ssm:{locations.hyperparameter_name('learning_rate')}"] == "replace"
    assert actions[f"mlflow:{production.settings.registered_model}@previous"] == "create"


def test_a_plan_is_bound_together_by_its_digest(production: ProductionSession) -> None:
    plan = planned(production, FIRST)

    assert plan.is_whole
    assert not plan.model_copy(update={"reason": "another"}).is_whole


def test_a_plan_for_a_second_person_expires_as_the_proposal_asks(
    production: ProductionSession,
) -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    waiting = replace(
        proposal_of(FIRST), needs_second_person=True, expires_after=timedelta(hours=2)
    )

    plan = plan_of(waiting, read_state(production), replace(production, now=lambda: now))

    assert plan.needs_second_person
    assert plan.expires_at == now + timedelta(hours=2)
    assert plan.promotion_id.startswith("promotion-20261121T000000Z-")


@pytest.mark.parametrize(
    ("changed", "is_unchanged"),
    [({}, True), ({"metrics": {}}, True), ({"seed": 8}, False), ({"recipe": {}}, False)],
)
def test_only_what_is_trained_makes_a_change(
    production: ProductionSession, changed: dict[str, Any], is_unchanged: bool
) -> None:
    assert not changes_nothing(proposal_of(FIRST), read_state(production))
    promote(production, FIRST)

    assert changes_nothing(proposal_of(FIRST | changed), read_state(production)) == is_unchanged


def test_a_value_that_parameter_store_refuses_fails_the_plan(
    production: ProductionSession,
) -> None:
    fine, state = planned(production, FIRST), read_state(production)
    assert parameter_gate(fine.config, state).verdict == "pass"
    huge = FIRST | {"hyperparameters": {**FIRST["hyperparameters"], "notes": "x" * 5000}}

    plan = planned(production, huge)

    assert plan.verdict == "REJECT"
    assert plan.gates[-1].gate == "parameter store"
    assert "its value has 5002 bytes; 4096 are the most" in plan.gates[-1].reason


def test_promotion_ids_sort_by_time() -> None:
    start = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)
    ids = [new_promotion_id("rollback", start + timedelta(seconds=n)) for n in range(3)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 3
