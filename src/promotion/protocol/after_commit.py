"""After the commit: the steps that follow it; anyone may repeat them at any time."""

from foundation.progress import OnStep, ignore_progress
from promotion.audit.trail import AuditEvent, AuditTrail
from promotion.production import ProductionSession
from promotion.protocol.archive import archive
from promotion.protocol.journal import FINISHED, close
from promotion.protocol.projection import is_current, project
from promotion.protocol.registry_aliases import point_aliases, register
from promotion.records import Journal


def finalize(
    journal: Journal, production: ProductionSession, on_step: OnStep = ignore_progress
) -> None:
    """Project, archive, point the aliases, add to the history, close the journal: in this order.

    Each step finds what an earlier try left of it. A promotion that another one has replaced by now
    is archived and added to the history, and changes nothing of the present.
    """
    config = journal.plan.config
    if is_current(config, production):
        on_step("projecting to Parameter Store")
        project(config, production)
    on_step("archiving the configuration")
    archive(config, production)
    on_step("pointing the aliases of the model registry")
    if is_current(config, production):
        point_aliases(config, production)
    else:
        register(config, production)
    on_step("adding to the history")
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    trail.append(promotion_event(journal), after=journal.audit_length)
    close(journal, production, outcome=FINISHED, why="every step is done")


def promotion_event(journal: Journal) -> AuditEvent:
    """Return the history event of a promotion: the same whoever adds it, now or after a crash."""
    plan = journal.plan
    return AuditEvent(
        event_id=plan.promotion_id,
        kind="rolled back" if plan.kind == "rollback" else "promoted",
        at=journal.opened_at,
        who=plan.proposed_by,
        reason=plan.reason,
        promotion_id=plan.promotion_id,
        approved_by=journal.approved_by or plan.approved_by,
        forced=plan.forced,
        verdict=plan.verdict,
        gates=plan.gates,
        changes=plan.writes,
        run={name: value for name, value in plan.run.model_dump().items() if value},
        config_digest=plan.config.digest,
        plan_digest=plan.digest,
        details={"restores": plan.config.restores} if plan.config.restores else {},
    )
