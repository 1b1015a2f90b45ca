"""Proposal: the plan and the model, kept before the approval, so that anybody can execute it."""

from collections.abc import Mapping

from catalog.model_archive import METADATA
from foundation import locations
from foundation.locations import uri
from foundation.stores.archives import pack
from promotion.production import ProductionSession
from promotion.protocol.journal import PLAN
from promotion.protocol.registry_aliases import register
from promotion.records import Plan, read_record


def propose(
    plan: Plan, production: ProductionSession, files: Mapping[str, bytes] | None = None
) -> None:
    """Write the model files (under the digest that the plan names), register them, write the plan.

    Nothing reads any of it before the commit. `files` is None where the model is kept already.
    """
    if files is not None and plan.config.model_digest is not None:
        _keep_model(plan.config.model_digest, files, production)
    register(plan.config, production)
    key = locations.promotion_key(plan.promotion_id, PLAN)
    production.objects.write_once(production.bucket, key, plan.to_json())


def read_proposal(promotion_id: str, production: ProductionSession) -> Plan:
    """Read a proposed plan; NotFound when there is none."""
    key = locations.promotion_key(promotion_id, PLAN)
    data = production.objects.read(production.bucket, key)
    return read_record(Plan, data, source=uri(production.bucket, key))


def _keep_model(digest: str, files: Mapping[str, bytes], production: ProductionSession) -> None:
    bucket = production.settings.models_bucket
    archive, metadata = locations.model_archive_key(digest), locations.model_metadata_key(digest)
    if production.objects.exists(bucket, archive) and production.objects.exists(bucket, metadata):
        return
    production.objects.write(bucket, archive, pack(files))
    production.objects.write(bucket, metadata, files[METADATA])
