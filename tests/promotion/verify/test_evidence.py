"""Evidence: what belongs in production is known from whatever record of it is left."""

import pytest

from fakes.promotions.edits_by_hand import edited, put, removed
from fakes.promotions.promotions import SECOND
from fakes.promotions.stops import stopped
from foundation import locations
from foundation.production.config import read_production_config
from promotion.production import ProductionSession
from promotion.protocol.archive import read_archived_config
from promotion.records import Plan
from promotion.verify.evidence import (
    gather_evidence,
    read_found_config,
    read_if_vouched,
    recorded_promotions,
)
from promotion.verify.verification import repair


def test_a_damaged_file_still_tells_whose_it_is(production: ProductionSession, plan: Plan) -> None:
    """Before the projection nothing else does."""
    left = stopped(production, SECOND, "projecting to Parameter Store")
    edited(production, locations.PRODUCTION_CONFIG, b"run-second", b"run-secund")

    assert repair(production) == []

    assert read_production_config(production.objects, production.settings) == left.config


def test_when_nothing_is_left_of_what_was_promoted_that_is_said(
    production: ProductionSession, plan: Plan
) -> None:
    removed(production, locations.PRODUCTION_CONFIG)
    production.parameters.delete([locations.CONFIG_PARAMETER])
    for promotion_id in (plan.promotion_id, str(plan.config.follows)):
        removed(production, locations.archived_config_key(promotion_id))
        removed(production, locations.promotion_key(promotion_id, "journal.json"))

    found = repair(production)

    assert any("nothing of what was promoted is kept" in each.what for each in found)


def test_what_is_kept_nowhere_else_is_taken_from_the_parameter_that_mirrors_it(
    production: ProductionSession, plan: Plan
) -> None:
    for key in (
        locations.PRODUCTION_CONFIG,
        locations.archived_config_key(plan.promotion_id),
        locations.promotion_key(plan.promotion_id, "journal.json"),
    ):
        removed(production, key)

    assert repair(production) == []

    assert read_production_config(production.objects, production.settings) == plan.config


def test_of_nothing_promoted_there_is_no_evidence(production: ProductionSession) -> None:
    evidence = gather_evidence(production)

    assert (evidence.promoted, evidence.recorded, evidence.files) == (None, {}, {})
    assert (evidence.found.data, evidence.found.named) == (None, None)
    assert not evidence.is_finished


def test_the_newest_promotion_belongs_in_production(
    production: ProductionSession, plan: Plan
) -> None:
    evidence = gather_evidence(production)

    assert evidence.promoted == evidence.found.config == plan.config
    assert list(evidence.recorded) == [plan.config.follows, plan.promotion_id]
    assert evidence.recorded == recorded_promotions(evidence.entries)
    assert evidence.is_finished


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"promotion_id: promotion-7", "promotion-7"),
        (b"promotion_id: 7", None),
        (b"- a list", None),
        (b"{", None),
    ],
)
def test_a_file_that_readers_refuse_may_still_name_its_promotion(
    production: ProductionSession, data: bytes, named: str | None
) -> None:
    put(production, locations.PRODUCTION_CONFIG, data)

    found = read_found_config(production)

    assert (found.config, found.named) == (None, named)
    assert found.problem


def test_only_a_configuration_of_the_expected_digest_is_used(
    production: ProductionSession, plan: Plan
) -> None:
    name, digest = plan.promotion_id, plan.config.digest
    for expected in (digest, None):
        assert read_if_vouched(read_archived_config, name, expected, production) == plan.config
    assert read_if_vouched(read_archived_config, name, "0" * 64, production) is None
    assert read_if_vouched(read_archived_config, "promotion-of-eve", None, production) is None
