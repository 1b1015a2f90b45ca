"""Refusals: the errors of promotions; each message says what is in production."""

from collections.abc import Sequence
from datetime import datetime

from foundation.commands import promote
from foundation.errors import FraudDetectionError
from promotion.records import Declined, GateResult

UNCHANGED = "Production is unchanged."


class PromotionRefused(FraudDetectionError):
    """The gates refused the candidate; production was not touched."""

    def __init__(self, candidate: str, gates: Sequence[GateResult]) -> None:
        self.gates = [gate for gate in gates if gate.verdict != "pass"]
        failed = any(gate.verdict == "fail" for gate in self.gates)
        listed = "\n".join(
            f"  - {gate.verdict.upper()} {gate.gate}: {gate.reason}" for gate in self.gates
        )
        verdict = "REJECT" if failed else "HOLD: there is not enough evidence"
        super().__init__(
            f"{candidate} was not promoted. {verdict}.\n{listed}\n{UNCHANGED} Tune further, or "
            "change the bars in params/promotion/policy.yaml. `--force` with a reason and an "
            "approver promotes all the same, and is remembered."
        )


class RollbackRefused(FraudDetectionError):
    """An earlier configuration is no longer what it was; production was not touched."""

    def __init__(self, promotion_id: str, gates: Sequence[GateResult]) -> None:
        self.gates = [gate for gate in gates if gate.verdict != "pass"]
        listed = "\n".join(
            f"  - {gate.verdict.upper()} {gate.gate}: {gate.reason}" for gate in self.gates
        )
        super().__init__(
            f"The configuration of promotion {promotion_id} was not put back.\n{listed}\n"
            f"{UNCHANGED} Other promotions to go back to: ceap promotion history"
        )


class PlanOutdated(FraudDetectionError):
    """Production is no longer what the plan was made from; nothing was changed."""

    def __init__(self, promotion_id: str, what_changed: str) -> None:
        super().__init__(
            f"Promotion {promotion_id} was planned from another state of production: "
            f"{what_changed}. It changed nothing. Plan again: what was true then may not be now."
        )


class PromotionLost(FraudDetectionError):
    """Another promotion was first; nothing was changed."""

    def __init__(self, promotion_id: str, winner: str) -> None:
        self.winner = winner
        super().__init__(
            f"Promotion {promotion_id} lost: {winner} is in production now, and was not when this "
            "one was planned. It changed nothing. Look at the winner: ceap promotion history. "
            "Then promote again, to compare with it."
        )


class PromotionUnfinished(FraudDetectionError):
    """A failure after the first write; the message says what is in production, and it is whole."""

    def __init__(self, promotion_id: str, stands: str, failure: BaseException) -> None:
        super().__init__(
            f"Promotion {promotion_id} stopped: {type(failure).__name__}: {failure}\n{stands}"
        )


class ClockWrong(FraudDetectionError):
    """The clocks of this machine and of the store differ too much; nothing was changed."""


class NotWaiting(FraudDetectionError):
    """The plan can no longer be approved or executed."""


class PlanDeclined(NotWaiting):
    """A person declined the plan; nothing was changed."""

    def __init__(self, no: Declined) -> None:
        when = f"{no.declined_at:%Y-%m-%d %H:%M} UTC"
        super().__init__(
            f"{no.declined_by} declined {no.promotion_id} at {when}: {no.reason}. {UNCHANGED}"
        )


class SamePerson(FraudDetectionError):
    """The proposer of a plan tried to approve it; another person has to."""


class ApprovalExpired(FraudDetectionError):
    """The plan waited for too long; nothing was changed."""

    def __init__(self, promotion_id: str, expired_at: datetime, run_id: str) -> None:
        super().__init__(
            f"The plan of promotion {promotion_id} expired at {expired_at:%Y-%m-%d %H:%M} UTC. "
            f"{UNCHANGED} Propose it again: {promote(run_id)}"
        )
