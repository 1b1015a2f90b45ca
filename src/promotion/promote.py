"""Promote: the stage that compares a candidate with the champion, and may promote it."""

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from foundation.executions import Execution
from foundation.params import Params
from promotion.records import PromotionVerdict

if TYPE_CHECKING:
    from foundation.production.config import ProductionConfig
    from promotion.candidates.candidate import Candidate
    from promotion.comparison.side_by_side import SideBySide
    from promotion.outcomes import Promotion
    from promotion.policy import Policy
    from promotion.production import ProductionSession

STAGE = "promote"


class PromoteParams(Params):
    """Which experiment to promote, and whether anything is written."""

    run_id: str = ""  # a run, a study or an experiment; empty: the newest study
    data: str = ""  # a data set: its newest study; empty: the newest of any
    reason: str = ""
    dry_run: bool = True
    retrain: bool = False
    scheduled: bool = False  # the policy decides instead of dry_run, and a message is published


class PromoteOutput(BaseModel):
    """The verdict on the candidate, and the status of its promotion."""

    model_config = ConfigDict(frozen=True)

    run_id: str
    reason: str
    promotion_id: str
    status: str
    verdict: PromotionVerdict
    sentence: str
    evidence: dict[str, Any]
    train_command: str


def side_by_side_with_champion(
    candidate: "Candidate",
    config: "ProductionConfig | None",
    policy: "Policy",
    production: "ProductionSession",
) -> "SideBySide":
    """Score the same test rows with a candidate and the champion, and evaluate every gate.

    `config` is the promoted configuration, None before the first promotion. Nothing is written.
    Raises NotFound or DigestMismatch when the prepared data that the candidate was made from is
    gone or damaged.
    """
    from promotion.comparison.evaluate_candidate import evaluate_candidate

    return evaluate_candidate(candidate, config, policy, production)


def write_stage_output(promotion: "Promotion", execution: Execution) -> PromoteOutput:
    """Write the outcome of the promotion as the output of this stage."""
    plan, side_by_side = promotion.plan, promotion.side_by_side
    output = PromoteOutput(
        run_id=plan.run.run_id,
        reason=plan.reason,
        promotion_id=promotion.promotion_id,
        status=promotion.status,
        verdict=promotion.verdict,
        sentence=promotion.sentence(),
        evidence=plan.evidence,
        train_command=side_by_side.train_command() if side_by_side else "",
    )
    return execution.finish(STAGE, output)
