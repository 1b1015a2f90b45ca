"""Plan: the exact list of writes that would put a configuration in production."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from foundation import locations
from foundation.digests import canonical_json
from foundation.locations import uri
from foundation.production.config import ProductionConfig, sealed
from foundation.stores.parameter_store import parameter_problems
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.projection import parameter_writes
from promotion.protocol.registry_aliases import CHAMPION, PREVIOUS
from promotion.protocol.state import State, projected
from promotion.records import GateResult, Plan, PromotionKind, RunFacts, Write


@dataclass(frozen=True)
class Proposal:
    """The configuration to promote, the gates and evidence for it, and the approvals it needs.

    `configuration` holds the fields of a ProductionConfig that do not depend on the promotion:
    algorithm, hyperparameters, recipe, decision_threshold, seed, model_digest, metrics, lineage,
    and restores for a rollback.
    """

    kind: PromotionKind
    configuration: dict[str, Any]
    run: RunFacts
    reason: str
    gates: list[GateResult] = field(default_factory=list)
    evidence: dict[str, Any] = field(default_factory=dict)
    approved_by: str | None = None
    needs_second_person: bool = False
    expires_after: timedelta | None = None
    forced: bool = False
    retrain: bool = False


def new_promotion_id(kind: PromotionKind, now: datetime) -> str:
    """Return a new id that sorts by time; it also names the execution that trains again."""
    return f"{kind}-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def plan_of(proposal: Proposal, state: State, production: ProductionSession) -> Plan:
    """Return the plan of a proposal, valid for this state and no other.

    Reads the length of the history; writes nothing.
    """
    now = production.now()
    config = sealed(
        promotion_id=new_promotion_id(proposal.kind, now),
        follows=state.promotion_id,
        **proposal.configuration,
    )
    return Plan(
        promotion_id=config.promotion_id,
        kind=proposal.kind,
        config=config,
        base=state.base,
        writes=planned_writes(config, state, production),
        gates=[*proposal.gates, parameter_gate(config, state)],
        evidence=proposal.evidence,
        run=proposal.run,
        reason=proposal.reason,
        proposed_by=production.who,
        proposed_at=now,
        approved_by=proposal.approved_by,
        needs_second_person=proposal.needs_second_person,
        expires_at=now + proposal.expires_after if proposal.expires_after else None,
        forced=proposal.forced,
        retrain=proposal.retrain,
    ).sealed()


def changes_nothing(proposal: Proposal, state: State) -> bool:
    """Return whether production trains exactly this already; 1 is not 1.0."""
    if state.config is None:
        return False
    wanted = sealed(promotion_id=state.config.promotion_id, **proposal.configuration)
    return canonical_json(wanted.training_fields()) == canonical_json(
        state.config.training_fields()
    )


def parameter_gate(config: ProductionConfig, state: State) -> GateResult:
    """Refuse what Parameter Store would refuse halfway: emulators accept it, AWS does not."""
    problems = [
        problem
        for name, value in projected(config).items()
        for problem in parameter_problems(name, value, state.parameters.get(name))
    ]
    if problems:
        return GateResult(gate="parameter store", verdict="fail", reason="; ".join(problems) + ".")
    values = projected(config)
    largest = max(len(value.encode()) for value in values.values())
    reason = f"All {len(values)} parameters fit: the largest has {largest:,} of 4,096 bytes."
    return GateResult(
        gate="parameter store", verdict="pass", reason=reason, figures={"largest_bytes": largest}
    )


def planned_writes(
    config: ProductionConfig, state: State, production: ProductionSession
) -> list[Write]:
    """Return every write, in the order of execution.

    The files that a promotion keeps come first, then what readers see.
    """
    return [
        *_kept_writes(config, production),
        _config_write(config, state, production),
        *parameter_writes(projected(config), state.parameters),
        Write(
            place=uri(production.bucket, locations.archived_config_key(config.promotion_id)),
            action="create",
            old=None,
            new=f"the configuration, digest {config.digest[:12]}",
        ),
        *_alias_writes(config, state, production),
        _audit_write(production),
    ]


def _kept_writes(config: ProductionConfig, production: ProductionSession) -> list[Write]:
    """Return the writes that are read after the commit only, by a recovery or rollback."""
    promotion_id, settings = config.promotion_id, production.settings
    kept = {
        uri(production.bucket, locations.promotion_key(promotion_id, "")): "plan, journal, outcome",
        uri(production.bucket, locations.backup_key(promotion_id)): "whatever is overwritten",
    }
    if digest := config.model_digest:
        archive = locations.model_archive_key(digest)
        if not production.objects.exists(settings.models_bucket, archive):
            kept = {uri(settings.models_bucket, archive): "the model, with its golden rows", **kept}
    return [Write(place=p, action="create", old=None, new=what) for p, what in kept.items()]


def _config_write(config: ProductionConfig, state: State, production: ProductionSession) -> Write:
    return Write(
        place=uri(production.bucket, locations.PRODUCTION_CONFIG),
        action="replace" if state.config else "create",
        old=_config_summary(state.config) if state.config else None,
        new=_config_summary(config),
    )


def _config_summary(config: ProductionConfig) -> str:
    return f"{config.algorithm}, {config.promotion_id}, digest {config.digest[:12]}"


def _alias_writes(
    config: ProductionConfig, state: State, production: ProductionSession
) -> list[Write]:
    champion, previous = (production.registry.version_at(name) for name in (CHAMPION, PREVIOUS))
    previous_version = (
        production.registry.version_of(state.promotion_id) if state.promotion_id else None
    )
    model = production.settings.registered_model
    wanted = [(CHAMPION, champion, f"a new version, of run {config.lineage.get('run_id', '?')}")]
    if previous_version != previous:
        wanted.append((PREVIOUS, previous, previous_version or ""))
    return [
        Write(
            place=f"mlflow:{model}@{alias}",
            action="replace" if old and new else "create" if new else "remove",
            old=old,
            new=new or None,
        )
        for alias, old, new in wanted
    ]


def _audit_write(production: ProductionSession) -> Write:
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    key = locations.audit_entry_key(trail.length() + 1)
    return Write(place=uri(production.bucket, key), action="create", old=None, new="this, signed")
