"""Alert messages: risky transactions as readable JSON, divided by the limits of SNS."""

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Any, NamedTuple

from foundation.digests import digest_of_json
from foundation.record import Record
from foundation.stores.topics import LARGEST_MESSAGE, Message
from fraud.scoring.decision_threshold import DecisionThreshold
from fraud.scoring.risk_bands import RiskBands

SHORTENED = "… (shortened)"
SPARE_BYTES = 500  # a sum or a count may have more digits in one message than in another
# JSON leaves these as they are, and SNS refuses them.
REFUSED_CHARACTERS = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}


class RiskyTransaction(NamedTuple):
    """A transaction to alert about, with its fraud score; it may have no category."""

    transaction_id: str
    timestamp: str
    amount: float
    category: str | None
    score: float


@dataclass(frozen=True)
class Occasion:
    """The values that all messages of one attempt share."""

    day: date
    execution_id: str
    model_digest: str
    threshold: DecisionThreshold
    table: str


class Alert(Record):
    """One message, as it is written to the outbox before it is published."""

    message_id: str
    execution_id: str
    transactions: list[str]
    subject: str
    body: str
    attributes: dict[str, str]

    @property
    def message(self) -> Message:
        """The message as the topic takes it."""
        return Message(self.subject, self.body, self.attributes)


def alerts(
    risky: list[RiskyTransaction], occasion: Occasion, *, per_message: int
) -> Iterator[Alert]:
    """Yield messages of at most `per_message` transactions, in order, within the limits of SNS."""
    limit = LARGEST_MESSAGE - _written([], risky, occasion).message.size - SPARE_BYTES
    chunk: list[RiskyTransaction] = []
    lines: list[str] = []
    spent = 0
    for transaction in risky:
        line = _line(_shortened(transaction, limit))
        if chunk and (len(chunk) == per_message or spent + _size(line) > limit):
            yield _written(lines, chunk, occasion)
            chunk, lines, spent = [], [], 0
        chunk.append(transaction)
        lines.append(line)
        spent += _size(line)
    if chunk:
        yield _written(lines, chunk, occasion)


def message_id(day: date, transactions: list[str]) -> str:
    """Return the id of a message about these transactions: a repeat has the same id."""
    return digest_of_json([str(day), sorted(transactions)])


def _written(lines: list[str], chunk: list[RiskyTransaction], occasion: Occasion) -> Alert:
    ids = [transaction.transaction_id for transaction in chunk]
    highest = max((transaction.score for transaction in chunk), default=0.0)
    name, severity = message_id(occasion.day, ids), RiskBands().of_one(highest)
    count = "1 transaction needs" if len(chunk) == 1 else f"{len(chunk)} transactions need"
    head = {
        "summary": f"{count} review — {occasion.day}, highest score {highest:.3f}",
        "severity": severity,
        "totalAmount": round(fsum(transaction.amount for transaction in chunk), 2),
    }
    tail = {
        "lookUp": _look_up(occasion.table),
        "threshold": occasion.threshold.value,
        "modelThreshold": occasion.threshold.model,
        "thresholdNote": str(occasion.threshold),
        "batchDate": str(occasion.day),
        "executionId": occasion.execution_id,
        "modelDigest": occasion.model_digest,
        "messageId": name,
    }
    return Alert(
        message_id=name,
        execution_id=occasion.execution_id,
        transactions=ids,
        # Plain ASCII: SNS and mail servers disagree about anything else in a subject.
        subject=f"{count} review - {occasion.day}, highest score {highest:.3f}",
        body=_body(head, lines, tail),
        attributes={"messageId": name, "batchDate": str(occasion.day), "severity": severity},
    )


def _body(head: dict[str, Any], lines: list[str], tail: dict[str, Any]) -> str:
    """Return JSON that reads well as an e-mail: one field, or one transaction, a line."""
    above = "".join(f"  {_json(name)}: {_json(value)},\n" for name, value in head.items())
    below = "".join(f",\n  {_json(name)}: {_json(value)}" for name, value in tail.items())
    listed = ",\n".join(f"    {line}" for line in lines)
    return f'{{\n{above}  "transactions": [\n{listed}\n  ]{below}\n}}\n'


def _look_up(table: str) -> str:
    values = '{":id": {"S": "TRANSACTION ID"}}'
    return (
        f"aws dynamodb query --table-name {table} --key-condition-expression 'transactionId = :id' "
        f"--expression-attribute-values '{values}'"
    )


def _shortened(transaction: RiskyTransaction, limit: int) -> RiskyTransaction:
    """Return the transaction, its category shortened where it would exceed a whole message."""
    category = transaction.category
    if category is None or _size(_line(transaction)) <= limit:
        return transaction

    def cut(length: int) -> RiskyTransaction:
        return transaction._replace(category=category[:length] + SHORTENED)

    lengths = range(len(category))
    fitting = bisect_right(lengths, limit, key=lambda length: _size(_line(cut(length))))
    return cut(max(fitting - 1, 0))


def _line(transaction: RiskyTransaction) -> str:
    category = {} if transaction.category is None else {"category": transaction.category}
    return _json(
        {
            "transactionId": transaction.transaction_id,
            "timestamp": transaction.timestamp,
            "amount": transaction.amount,
            **category,
            "fraudScore": transaction.score,
        }
    )


def _size(line: str) -> int:
    return len(f"    {line},\n".encode())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).translate(REFUSED_CHARACTERS)
