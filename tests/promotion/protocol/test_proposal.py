"""Proposal: the model and the plan are kept before anybody approves, and nothing reads them yet."""

import pytest

from catalog.model_archive import METADATA
from fakes.promotions.promotions import FIRST, model_files, planned, with_model
from foundation import locations
from foundation.errors import InvalidData, NotFound
from promotion.production import ProductionSession
from promotion.protocol.proposal import propose, read_proposal
from promotion.protocol.state import current_promotion


def test_a_proposed_plan_is_read_back_and_not_in_production(
    production: ProductionSession,
) -> None:
    plan = planned(production, with_model(FIRST))

    propose(plan, production, model_files())

    assert read_proposal(plan.promotion_id, production) == plan
    assert current_promotion(production) is None
    assert production.registry.version_of(plan.promotion_id) is not None
    bucket, digest = production.settings.models_bucket, str(plan.config.model_digest)
    assert production.objects.exists(bucket, locations.model_archive_key(digest))
    metadata = production.objects.read(bucket, locations.model_metadata_key(digest))
    assert metadata == model_files()[METADATA]


def test_a_model_that_is_kept_already_is_not_written_again(production: ProductionSession) -> None:
    propose(planned(production, with_model(FIRST)), production, model_files())
    bucket = production.settings.models_bucket
    archive = locations.model_archive_key(str(with_model(FIRST)["model_digest"]))
    production.objects.write(bucket, archive, b"as it was kept")

    propose(planned(production, with_model(FIRST)), production, model_files())

    assert production.objects.read(bucket, archive) == b"as it was kept"


def test_a_plan_that_was_never_proposed_is_not_found(production: ProductionSession) -> None:
    with pytest.raises(NotFound):
        read_proposal("promotion-1", production)


def test_a_damaged_plan_is_named(production: ProductionSession) -> None:
    plan = planned(production, FIRST)
    propose(plan, production)
    key = locations.promotion_key(plan.promotion_id, "plan.json")
    production.objects.write(production.bucket, key, b"{")

    with pytest.raises(InvalidData, match=key):
        read_proposal(plan.promotion_id, production)
