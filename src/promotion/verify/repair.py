"""Repair: the last promoted configuration, restored in every place that differs from it."""

import secrets
from typing import Literal

from foundation import locations
from foundation.locations import uri
from foundation.production.config import ProductionConfig, to_yaml
from foundation.stores.parameter_store import STRING
from promotion.audit.trail import AuditEvent, AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.archive import archived_promotions, read_archived_config
from promotion.protocol.lock import promotion_lock
from promotion.protocol.projection import parameter_writes, project
from promotion.protocol.recovery import recover_others
from promotion.protocol.registry_aliases import ALIASES, expected_aliases, point_aliases, register
from promotion.protocol.state import projected, read_parameters
from promotion.records import Write
from promotion.verify.evidence import (
    Evidence,
    gather_evidence,
    read_if_vouched,
    read_journalled_config,
)

REASON = "ceap promotion verify --repair"


def repair_differences(production: ProductionSession) -> list[Write]:
    """Restore every place that differs, and add the repair to the history.

    The promotion lock is held, so that no promotion runs in between. Returns the writes.
    """
    with promotion_lock(production):
        evidence = gather_evidence(production)
        if evidence.promoted is None:
            return []  # nothing is known to restore
        repaired = _restore_config(evidence, evidence.promoted, production)
        repaired += _restore_archive(evidence, evidence.promoted, production)
        recover_others(production)  # reads the configuration, and trusts the archive
        repaired += _restore_parameters(evidence.promoted, production)
        repaired += _restore_aliases(evidence.promoted, production)
        if repaired:
            _record_repair(repaired, evidence.promoted, production)
        return repaired


def _restore_config(
    evidence: Evidence, promoted: ProductionConfig, production: ProductionSession
) -> list[Write]:
    found, key = evidence.found, locations.PRODUCTION_CONFIG
    if found.config and found.config.digest == promoted.digest:
        return []
    production.objects.write_if(production.bucket, key, to_yaml(promoted), etag=found.etag)
    old = found.config.digest if found.config else found.data and "a file that readers refuse"
    return [_as_write(uri(production.bucket, key), str(old) if old else None, promoted.digest)]


def _restore_parameters(config: ProductionConfig, production: ProductionSession) -> list[Write]:
    present, wanted = read_parameters(production), projected(config)
    # A parameter cannot change its type: one of another type is deleted first.
    odd = [name for name in wanted if name in present and present[name].type != STRING]
    if odd:
        production.parameters.delete(odd)
    retyped = [
        _as_write(f"ssm:{name}", f"a {present[name].type}", wanted[name])
        for name in odd
        if present[name].value == wanted[name]
    ]
    changed = parameter_writes(wanted, present) + retyped
    if changed:
        project(config, production)
    return changed


def _restore_aliases(config: ProductionConfig, production: ProductionSession) -> list[Write]:
    register(config, production)
    expected = expected_aliases(config, production)
    present = {alias: production.registry.version_at(alias) for alias in ALIASES}
    if present == expected:
        return []
    point_aliases(config, production)
    model = production.settings.registered_model
    return [
        _as_write(f"mlflow:{model}@{alias}", present[alias], version)
        for alias, version in expected.items()
        if present[alias] != version
    ]


def _restore_archive(
    evidence: Evidence, promoted: ProductionConfig, production: ProductionSession
) -> list[Write]:
    """Archive anew, from the journals, every configuration that differs from the history."""
    kept = set(archived_promotions(production))
    expected = {each: entry.event.config_digest for each, entry in evidence.recorded.items()}
    if promoted.promotion_id in kept:  # else it was never archived, which `recover` does
        expected[promoted.promotion_id] = promoted.digest
    repaired = []
    for promotion_id, digest in expected.items():
        if read_if_vouched(read_archived_config, promotion_id, digest, production):
            continue
        is_current = digest == promoted.digest
        config = (
            promoted
            if is_current
            else read_if_vouched(read_journalled_config, promotion_id, digest, production)
        )
        if config:
            key = locations.archived_config_key(promotion_id)
            production.objects.write(production.bucket, key, to_yaml(config))
            old = "another file" if promotion_id in kept else None
            repaired.append(_as_write(uri(production.bucket, key), old, config.digest))
    return repaired


def _record_repair(
    repaired: list[Write], promoted: ProductionConfig, production: ProductionSession
) -> None:
    now = production.now()
    event = AuditEvent(
        event_id=f"repair-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        kind="repaired",
        at=now,
        who=production.who,
        reason=REASON,
        promotion_id=promoted.promotion_id,
        changes=repaired,
        config_digest=promoted.digest,
    )
    AuditTrail(production.objects, production.bucket, production.signer).append(event)


def _as_write(place: str, old: str | None, new: str | None) -> Write:
    action: Literal["create", "replace", "remove"] = "replace" if old and new else "remove"
    return Write(place=place, action="create" if old is None else action, old=old, new=new)
