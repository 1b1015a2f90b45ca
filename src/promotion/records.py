"""Records: the JSON documents that a promotion plans and keeps."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, Self, TypeVar

from pydantic import ConfigDict, Field, ValidationError

from foundation.digests import digest_of_json
from foundation.errors import InvalidData
from foundation.production.config import ProductionConfig
from foundation.record import Record
from foundation.stores.lease_owner import LeaseOwner
from foundation.stores.parameter_store import Parameter

PromotionVerdict = Literal["PROMOTE", "HOLD", "REJECT"]
PromotionKind = Literal["promotion", "rollback"]
Decision = Literal["PROMOTE", "ROLL BACK", "HOLD", "REJECT"]

Kept = TypeVar("Kept", bound=Record)


class GateResult(Record):
    """The verdict of one gate: hold means too little evidence, fail means not good enough."""

    gate: str
    verdict: Literal["pass", "hold", "fail"]
    reason: str
    figures: dict[str, float] = Field(default_factory=dict)


def promotion_verdict(gates: Iterable[GateResult]) -> PromotionVerdict:
    """Return the worst verdict of the gates; PROMOTE without any gate."""
    found = {gate.verdict for gate in gates}
    if "fail" in found:
        return "REJECT"
    return "HOLD" if "hold" in found else "PROMOTE"


def decision_on(kind: PromotionKind, verdict: PromotionVerdict) -> Decision:
    """Return a verdict as people read it, of a promotion or of a rollback."""
    return "ROLL BACK" if kind == "rollback" and verdict == "PROMOTE" else verdict


class Write(Record):
    """One change of production: the place, the old value and the new one; None means absent."""

    place: str
    action: Literal["create", "replace", "remove"]
    old: str | None
    new: str | None


class Base(Record):
    """The state of production that a plan was made from; a plan is valid for no other."""

    etag: str | None  # of the configuration; None when nothing was ever promoted
    promotion_id: str | None
    parameters: str  # digest of every projected parameter


class RunFacts(Record):
    """The origin of a candidate, by names that can be looked up later."""

    run_id: str
    experiment: str
    name: str
    notebook: str | None = None
    git_commit: str | None = None
    data: str | None = None
    data_digest: str | None = None


class Plan(Record):
    """Every write of a promotion and the reasons for it, bound together by a digest.

    `evidence` is what people want to see before they approve: the metrics of both models, the newly
    flagged transactions, their cost. Nothing is decided by it.
    """

    model_config = ConfigDict(ser_json_inf_nan="constants")

    format: int = 1
    promotion_id: str
    kind: PromotionKind
    config: ProductionConfig
    base: Base
    writes: list[Write]
    gates: list[GateResult]
    evidence: dict[str, Any] = Field(default_factory=dict)
    run: RunFacts
    reason: str
    proposed_by: str
    proposed_at: datetime
    approved_by: str | None = None  # by the proposer's account; a second person writes an Approval
    needs_second_person: bool = False
    expires_at: datetime | None = None
    forced: bool = False
    retrain: bool = False
    digest: str = ""

    @property
    def verdict(self) -> PromotionVerdict:
        return promotion_verdict(self.gates)

    @property
    def decision(self) -> Decision:
        """The verdict in words for people: a rollback promotes nothing."""
        return decision_on(self.kind, self.verdict)

    def sealed(self) -> Self:
        """Return the same plan with its digest."""
        return self.model_copy(update={"digest": self._found_digest()})

    @property
    def is_whole(self) -> bool:
        return self.digest == self._found_digest()

    def _found_digest(self) -> str:
        return digest_of_json(self.model_dump(mode="json", exclude={"digest"}))


class Approval(Record):
    """The approval of a second person, of one plan and no other."""

    promotion_id: str
    plan_digest: str
    approved_by: str
    approved_at: datetime


class Declined(Record):
    """The refusal of a person who does not want a plan executed."""

    promotion_id: str
    reason: str
    declined_by: str
    declined_at: datetime


class Journal(Record):
    """The intent to execute a plan, kept before the first write.

    Whoever finds a journal can finish the promotion.
    """

    plan: Plan
    opened_by: str
    opened_at: datetime
    opener: LeaseOwner  # the process: its promotion is not abandoned while it runs
    approved_by: str | None
    audit_length: int  # number of the last history entry before


class Backup(Record):
    """Everything that a promotion may overwrite, as it was before."""

    promotion_id: str
    taken_at: datetime
    config: str | None  # the text of the configuration
    etag: str | None
    parameters: dict[str, Parameter]
    aliases: dict[str, str | None]


class Closing(Record):
    """The outcome of a promotion that ended."""

    promotion_id: str
    outcome: Literal["finished", "abandoned"]
    why: str
    closed_by: str
    closed_at: datetime


def read_record(kind: type[Kept], data: bytes, *, source: str) -> Kept:
    """Parse a document that a promotion kept; InvalidData for one that was damaged."""
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        message = (
            f"{source} is not what a promotion kept there: somebody changed it. Its earlier "
            f"versions are in the bucket; put the right one back. Nothing was changed. ({error})"
        )
        raise InvalidData(message) from None
