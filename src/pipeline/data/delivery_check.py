"""Delivery check: what *score* would do with the transactions of a file as the batch of a day."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel

from catalog.batch_file import BatchFile
from foundation.commands import deliver
from foundation.errors import InvalidData, InvalidParams
from fraud.scoring.day_window import utc_day
from fraud.scoring.requests import BatchLaws, SetAside, check_transactions
from pipeline.inference.rejected import listed_days, other_day_fault, reasons, share_fault
from pipeline.inference.scored import batch_notes

DAY = "The day of the delivery"


class Reason(BaseModel):
    """A rule that transactions of a delivery break, with the first of them."""

    rule: str
    transactions: int
    first_position: int
    first: str


class CheckedDelivery(BaseModel):
    """What *score* would do with a delivery.

    `refusal` is a sentence, where *score* would refuse the whole batch. `notes` are about what is
    unusual, and stops nothing.
    """

    day: date
    received: int
    scored: int
    rejected: int
    reasons: list[Reason]
    notes: list[str]
    refusal: str | None

    @property
    def sentence(self) -> str:
        """What would be scored, and what set aside."""
        return f"{self.scored:,} of {self.received:,} would be scored, {self.rejected:,} set aside"


def delivered_day(batch: BatchFile) -> date:
    """Return the day in UTC that all transactions of a batch are of.

    Transactions without a readable timestamp do not count. InvalidParams where they are of several
    days, or none has a timestamp: the day has to be named.
    """
    moments = (_moment(transaction) for transaction in batch.transactions)
    days = dict(Counter(utc_day(moment) for moment in moments if moment).most_common())
    if len(days) == 1:
        return next(iter(days))
    problem = f"its transactions are of {listed_days(days)}" if days else "no timestamp says it"
    raise InvalidParams(DAY, [f"{problem}; name the day: {deliver('YYYY-MM-DD')}"])


def check_delivery(
    batch: BatchFile, laws: BatchLaws, day: date, *, maximum_rejected_share: float
) -> CheckedDelivery:
    """Return what *score* would do with these transactions as the batch of `day`."""
    incoming = check_transactions(batch.transactions, batch.positions, laws)
    refusal = other_day_fault(incoming, laws)
    return CheckedDelivery(
        day=day,
        received=incoming.received,
        scored=len(incoming.ids),
        rejected=len(incoming.set_aside),
        reasons=delivery_reasons(incoming.set_aside),
        notes=batch_notes(incoming, laws),
        refusal=refusal or share_fault(incoming, maximum_rejected_share, day),
    )


def require_deliverable(checked: CheckedDelivery) -> None:
    """Raise InvalidData when *score* would refuse the batch."""
    if checked.refusal is not None:
        message = (
            f"{checked.refusal} Nothing was delivered. Correct the file; docs/batch-format.md has "
            "the format, and params/inference/score.yaml the limits."
        )
        raise InvalidData(message)


def delivery_reasons(set_aside: list[SetAside]) -> list[Reason]:
    """Return each rule that is broken, the most frequent first, with the first that breaks it."""
    first: dict[str, tuple[int, str]] = {}
    for one in set_aside:
        for problem in one.problems:
            first.setdefault(problem.rule, (one.position, problem.detail))
    return [
        Reason(rule=rule, transactions=count, first_position=first[rule][0], first=first[rule][1])
        for rule, count in reasons(set_aside).items()
    ]


def _moment(transaction: Any) -> datetime | None:
    stamp = transaction.get("timestamp") if isinstance(transaction, dict) else None
    try:
        moment = datetime.fromisoformat(stamp) if isinstance(stamp, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
