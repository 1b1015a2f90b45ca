"""Carrying out: a plan comes to production whole, or changes nothing and says who or what did."""

import pytest

from fakes.promotions import FIRST, SECOND, outcome_of, planned, promote, values
from fakes.stops import stopped_at
from foundation import locations
from foundation.errors import Unavailable
from foundation.production.config import from_parameter, read_production_config
from foundation.stores.lease import hold_lease
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.journal import files_by_promotion, open_journals
from promotion.protocol.state import current_promotion, projected, read_state
from promotion.records import Backup
from promotion.refusals import PlanOutdated, PromotionUnfinished


def test_a_plan_is_in_every_place_afterwards(production: ProductionSession) -> None:
    plan = promote(production, FIRST)

    config = read_production_config(production.objects, production.settings)
    assert config == plan.config
    assert values(production) == projected(plan.config)
    assert outcome_of(plan.promotion_id, production) == "finished"
    assert open_journals(production, plan.promotion_id) == []


def test_the_manifest_holds_the_whole_configuration(production: ProductionSession) -> None:
    plan = promote(production, FIRST)

    manifest = values(production)[locations.CONFIG_PARAMETER]
    assert from_parameter(manifest, source="the manifest") == plan.config


def test_parameters_that_the_new_algorithm_lacks_are_removed(production: ProductionSession) -> None:
    promote(production, FIRST)
    plan = promote(production, SECOND)

    assert values(production) == projected(plan.config)


def test_everything_that_was_overwritten_is_in_the_backup(production: ProductionSession) -> None:
    first = promote(production, FIRST)
    before = read_state(production)
    second = promote(production, SECOND)

    data = production.objects.read(production.bucket, locations.backup_key(second.promotion_id))
    backup = Backup.model_validate_json(data)
    assert backup.config is not None
    assert backup.config.encode() == before.data
    assert backup.parameters == before.parameters
    assert backup.aliases["champion"] == production.registry.version_of(first.promotion_id)


def test_the_aliases_name_the_champion_and_the_one_before(production: ProductionSession) -> None:
    first, second = promote(production, FIRST), promote(production, SECOND)

    registry = production.registry
    assert registry.version_at("champion") == registry.version_of(second.promotion_id) is not None
    assert registry.version_at("previous") == registry.version_of(first.promotion_id) is not None


def test_the_history_tells_it_once(production: ProductionSession) -> None:
    plan = promote(production, FIRST, "it is better")

    trail = AuditTrail(production.objects, production.bucket, production.signer)
    (entry,) = trail.entries()
    assert trail.problems() == []
    assert entry.event.event_id == entry.event.promotion_id == plan.promotion_id
    assert (entry.event.who, entry.event.reason) == ("ada@workstation", "it is better")
    assert entry.event.config_digest == plan.config.digest


def test_who_stops_it_before_the_commit_is_told_that_nothing_changed(
    production: ProductionSession,
) -> None:
    plan = planned(production, FIRST)

    with pytest.raises(KeyboardInterrupt) as stopped:
        execute_plan(plan, production, on_step=stopped_at("committing the configuration"))

    assert "Production is unchanged" in stopped.value.__notes__[0]
    assert current_promotion(production) is None
    assert outcome_of(plan.promotion_id, production) == "abandoned"


def test_who_stops_it_after_the_commit_is_told_that_it_is_in_production(
    production: ProductionSession,
) -> None:
    plan = planned(production, FIRST)

    with pytest.raises(KeyboardInterrupt) as stopped:
        execute_plan(plan, production, on_step=stopped_at("archiving the configuration"))

    assert "is in production, whole" in stopped.value.__notes__[0]
    assert current_promotion(production) == plan.promotion_id
    assert outcome_of(plan.promotion_id, production) is None


def test_a_failure_after_the_commit_says_what_stands_and_what_to_do(
    production: ProductionSession,
) -> None:
    def told(step: str) -> None:
        if step == "adding to the history":
            message = "KMS is away"
            raise Unavailable(message)

    with pytest.raises(
        PromotionUnfinished, match=r"KMS is away\n.*in production, whole.*ceap promotion recover"
    ):
        execute_plan(planned(production, FIRST), production, on_step=told)


def test_who_was_recovered_and_replaced_meanwhile_is_told_so(production: ProductionSession) -> None:
    """It slept after its commit for so long that another finished it, and replaced it."""
    first = promote(production, FIRST)
    plan = planned(production, SECOND)

    def told(step: str) -> None:
        if step == "adding to the history":
            lost = production.objects.keys(production.bucket, locations.PROMOTION_LEASE)
            for key in lost:
                production.objects.delete(production.bucket, key)
            promote(production, FIRST, "back")
            message = "the network came back too late"
            raise Unavailable(message)

    with pytest.raises(PromotionUnfinished, match=r"came to production; .*back.* has replaced it"):
        execute_plan(plan, production, on_step=told)

    assert current_promotion(production) not in {first.promotion_id, plan.promotion_id}
    assert outcome_of(plan.promotion_id, production) == "finished"
    files = files_by_promotion(production)[plan.promotion_id]
    assert "abandoned.json" not in files


def test_who_finds_another_at_work_for_too_long_changes_nothing(
    production: ProductionSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("promotion.protocol.lock.PATIENCE_SECONDS", 0.0)
    plan = planned(production, FIRST)
    place = production.bucket, locations.PROMOTION_LEASE

    with (
        hold_lease(production.objects, *place, what="Promotion"),
        pytest.raises(PromotionUnfinished, match=r"Busy: .*\n.*Production is unchanged"),
    ):
        execute_plan(plan, production)

    assert current_promotion(production) is None
    assert outcome_of(plan.promotion_id, production) == "abandoned"


def test_a_promotion_finishes_what_a_crash_left_of_the_one_before(
    production: ProductionSession,
) -> None:
    left = planned(production, FIRST)
    with pytest.raises(KeyboardInterrupt):
        execute_plan(left, production, on_step=stopped_at("archiving the configuration"))

    plan = promote(production, SECOND)

    assert outcome_of(left.promotion_id, production) == "finished"
    entries = AuditTrail(production.objects, production.bucket, production.signer).entries()
    told = [entry.event.promotion_id for entry in entries]
    assert told == [left.promotion_id, plan.promotion_id]


def test_a_plan_from_before_that_was_finished_is_old(production: ProductionSession) -> None:
    """Its list of writes, old values and new, would not be true any more."""
    left = planned(production, FIRST)
    with pytest.raises(KeyboardInterrupt):
        execute_plan(left, production, on_step=stopped_at("projecting to Parameter Store"))
    plan = planned(production, SECOND)

    with pytest.raises(PlanOutdated):
        execute_plan(plan, production)

    assert outcome_of(left.promotion_id, production) == "finished"
    assert values(production) == projected(left.config)


def test_values_that_stay_get_no_new_version(production: ProductionSession) -> None:
    promote(production, FIRST)
    promote(production, FIRST | {"seed": 8})

    found = read_state(production).parameters
    versions = {name: each.version for name, each in found.items()}
    changed = {name for name, version in versions.items() if version != 1}
    assert changed == {locations.CONFIG_PARAMETER}


def test_a_stranger_among_the_hyperparameters_is_removed(production: ProductionSession) -> None:
    stranger = locations.hyperparameter_name("learning_rat")
    production.parameters.write(stranger, "0.1")

    promote(production, FIRST)

    assert stranger not in read_state(production).parameters
