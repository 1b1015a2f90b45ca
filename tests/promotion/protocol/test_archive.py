"""Archive: what was in production stays readable for ever, and only what was kept is read."""

import pytest

from fakes.promotions.kept_models import in_production, with_model
from fakes.promotions.killed_promotions import killed_at
from fakes.promotions.promotions import FIRST, SECOND, planned, promote
from foundation import locations
from foundation.errors import AlreadyExists, DigestMismatch, NotFound
from foundation.production.config import sealed, to_yaml
from promotion.production import ProductionSession
from promotion.protocol.archive import (
    PREVIOUS,
    archive,
    archived_promotions,
    read_archived_config,
    resolve_promotion,
)
from promotion.protocol.recovery import recover
from promotion.protocol.state import read_state
from promotion.records import Plan
from promotion.roll_back import roll_back


def test_an_archive_that_was_kept_under_another_header_is_the_same_archive(
    production: ProductionSession,
) -> None:
    """Whoever recovers may run a later version of this project, which explains the file anew."""
    plan = planned(production, FIRST)
    killed_at("archiving the configuration", plan, production)
    key = locations.archived_config_key(plan.promotion_id)
    kept = b"# Another header.\n" + to_yaml(plan.config)
    production.objects.write(production.bucket, key, kept)

    [found] = recover(production)

    assert found.outcome == "finished"
    assert production.objects.read(production.bucket, key) == kept


@pytest.fixture
def first(production: ProductionSession) -> Plan:
    """A promotion whose model works, before another that has none."""
    plan = promote(production, with_model(production))
    promote(production, SECOND)
    return plan


def test_an_archived_file_that_was_edited_is_refused(
    production: ProductionSession, first: Plan
) -> None:
    place = production.bucket, locations.archived_config_key(first.promotion_id)
    data = production.objects.read(*place)
    production.objects.write(*place, data.replace(b"run-good", b"run-evil"))

    with pytest.raises(DigestMismatch, match="ceap promotion verify --repair"):
        roll_back(first.promotion_id, reason="back", production=production)


def test_a_file_under_the_name_of_another_is_refused(
    production: ProductionSession, first: Plan
) -> None:
    present = in_production(production)
    place = production.bucket, locations.archived_config_key(first.promotion_id)
    production.objects.write(*place, to_yaml(present))

    with pytest.raises(Exception, match=f"of promotion {present.promotion_id}: somebody put it"):
        roll_back(first.promotion_id, reason="back", production=production)


def test_a_promotion_is_resolved_by_its_id_a_prefix_or_as_the_previous_one(
    production: ProductionSession, first: Plan
) -> None:
    state = read_state(production)
    for name in (first.promotion_id, first.promotion_id[:-1], PREVIOUS):
        assert resolve_promotion(name, state, production) == first.promotion_id
    with pytest.raises(NotFound, match="2 promotions begin with 'promotion-'"):
        resolve_promotion("promotion-", state, production)
    with pytest.raises(NotFound, match="No promotion that was in production is called ''"):
        resolve_promotion("", state, production)


def test_every_promotion_is_archived_under_its_id(
    production: ProductionSession, first: Plan
) -> None:
    now = in_production(production)
    assert sorted(archived_promotions(production)) == sorted([first.promotion_id, now.promotion_id])
    assert read_archived_config(first.promotion_id, production) == first.config


def test_another_configuration_is_never_written_over_an_archived_one(
    production: ProductionSession, first: Plan
) -> None:
    fields = first.config.model_dump(exclude={"digest"}) | {"decision_threshold": 0.99}
    archive(first.config, production)

    with pytest.raises(AlreadyExists):
        archive(sealed(**fields), production)

    assert read_archived_config(first.promotion_id, production) == first.config
