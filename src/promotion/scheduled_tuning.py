"""Scheduled tuning: its result, proposed to people or promoted where the policy allows it."""

from pydantic import BaseModel

from foundation.commands import promote
from foundation.errors import NotFound
from foundation.executions import Execution
from foundation.progress import OnStep, ignore_progress
from foundation.stores.topics import LONGEST_SUBJECT, Message, SnsTopic, Topic
from promotion.outcomes import Promotion
from promotion.policy import read_policy
from promotion.production import ProductionSession
from promotion.promote_to_production import carry_out, plan_promotion
from promotion.protocol.recovery import recover_if_needed

REASON = "found by a scheduled search"


class FinishedTuning(BaseModel):
    """The part of the output of `tune` that is needed here."""

    run_id: str | None


def propose_on_schedule(
    execution: Execution,
    *,
    run_id: str = "",
    data: str = "",
    retrain: bool = False,
    production: ProductionSession | None = None,
    topic: Topic | None = None,
    on_step: OnStep = ignore_progress,
) -> Promotion:
    """Plan a promotion, and publish it with the command that carries it out.

    Without `run_id` the candidate is the result of `tune` in the same execution, else the newest
    study, of the data set `data` where that is named. It is promoted without a person only where
    the policy allows it, and only when every gate passes. A candidate that the gates refuse is no
    failure: most searches find nothing better.
    """
    session = production or ProductionSession.open()
    destination = topic or SnsTopic(session.settings, session.settings.monitoring_topic)
    is_automatic = read_policy().automatic.promote_by_itself
    if is_automatic:
        recover_if_needed(session, on_step=on_step)  # an earlier attempt may have been killed
    promotion = plan_promotion(
        run_id or _tuned_run_id(execution),
        session,
        data=data,
        reason=REASON,
        retrain=retrain,
        on_step=on_step,
    )
    if is_automatic and (promotion.status == "unchanged" or promotion.verdict == "PROMOTE"):
        promotion = carry_out(promotion, session, on_step=on_step)
    on_step("publishing the result")
    destination.publish(announcement(promotion))
    return promotion


def announcement(promotion: Promotion) -> Message:
    """Return the message about a planned promotion.

    It holds the outcome, the result of every gate, and the command that carries the promotion out.
    """
    plan = promotion.plan
    gates = [f"{gate.verdict.upper():<5} {gate.gate}: {gate.reason}" for gate in plan.gates]
    side_by_side = promotion.side_by_side
    summary = [side_by_side.sentence(), *side_by_side.notes()] if side_by_side else []
    todo = [f"To carry it out: {promote(plan.run.run_id)}"] if promotion.status == "planned" else []
    lines = [promotion.sentence(), "", *summary, "", *gates, "", *todo]
    subject = f"{promotion.verdict}: {plan.config.algorithm} for production ({promotion.status})"
    return Message(
        subject=subject[:LONGEST_SUBJECT],
        body="\n".join(lines).strip(),
        attributes={
            "messageId": f"plan-{plan.digest}",
            "verdict": promotion.verdict,
            "status": promotion.status,
        },
    )


def _tuned_run_id(execution: Execution) -> str:
    try:
        return execution.result("tune", FinishedTuning).run_id or ""
    except NotFound:
        return ""
