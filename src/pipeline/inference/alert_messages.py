"""Alert messages: risky transactions as readable JSON, divided by the limits of SNS."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from foundation.digests import digest_of_json
from foundation.record import Record
from foundation.stores.topics import LARGEST_MESSAGE, Message
from fraud.scoring.decision_threshold import DecisionThreshold
from fraud.scoring.risk_bands import RiskBands
from pipeline.inference.risky_transaction import (
    RiskyTransaction,
    entity_groups,
    entry_of,
    total_of,
)

SHORTENED = "… (shortened)"
SPARE_BYTES = 500  # a sum or a count may have more digits in one message than in another
SPARE_BYTES_OF_ENTRY = 60  # the same, of an entry
# JSON leaves these as they are, and SNS refuses them.
REFUSED_CHARACTERS = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}


@dataclass(frozen=True)
class Occasion:
    """The values that all messages of one attempt share.

    With `group_by`, a role of entities, each message has an entry an entity besides the list of its
    transactions. `notes` are sentences about the message, for people.
    """

    day: date
    execution_id: str
    model_digest: str
    threshold: DecisionThreshold
    table: str
    group_by: str | None = None
    notes: tuple[str, ...] = ()


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


class _Line(NamedTuple):
    """A transaction as its message lists it, and the bytes that it takes there."""

    transaction: RiskyTransaction
    text: str
    size: int


def alerts(
    risky: Sequence[RiskyTransaction], occasion: Occasion, *, per_message: int
) -> Iterator[Alert]:
    """Yield messages of at most `per_message` transactions, in order, within the limits of SNS.

    Transactions of one entity stand next to each other in `risky`. They share a message, unless
    they are too many for any.
    """
    limit = LARGEST_MESSAGE - _written([], occasion).message.size - SPARE_BYTES
    chunk: list[_Line] = []
    spent = 0
    for group in entity_groups(risky, occasion.group_by):
        entry = _entry_size(group, occasion)
        lines = [_line(transaction, occasion, limit - entry) for transaction in group]
        whole = entry + sum(line.size for line in lines)
        fits_alone = len(lines) <= per_message and whole <= limit
        is_full = len(chunk) + len(lines) > per_message or spent + whole > limit
        if chunk and fits_alone and is_full:
            yield _written(chunk, occasion)
            chunk, spent = [], 0
        spent += entry
        for line in lines:
            if chunk and (len(chunk) == per_message or spent + line.size > limit):
                yield _written(chunk, occasion)
                chunk, spent = [], entry
            chunk.append(line)
            spent += line.size
    if chunk:
        yield _written(chunk, occasion)


def message_id(day: date, transactions: list[str]) -> str:
    """Return the id of a message about these transactions: a repeat has the same id."""
    return digest_of_json([str(day), sorted(transactions)])


def _written(lines: Sequence[_Line], occasion: Occasion) -> Alert:
    chunk = [line.transaction for line in lines]
    ids = [transaction.transaction_id for transaction in chunk]
    highest = max((transaction.score for transaction in chunk), default=0.0)
    name, severity = message_id(occasion.day, ids), RiskBands().of_one(highest)
    count = "1 transaction needs" if len(chunk) == 1 else f"{len(chunk)} transactions need"
    entries = _entries(chunk, occasion.group_by)
    grouped = f", in {len(entries)} entries by {occasion.group_by}" if entries else ""
    head = {
        "summary": f"{count} review{grouped} — {occasion.day}, highest score {highest:.3f}",
        "severity": severity,
        **total_of(chunk),
    }
    tail = {
        **({"notes": list(occasion.notes)} if occasion.notes else {}),
        "lookUp": _look_up(occasion.table),
        "threshold": occasion.threshold.value,
        "modelThreshold": occasion.threshold.model,
        "thresholdNote": str(occasion.threshold),
        "batchDate": str(occasion.day),
        "executionId": occasion.execution_id,
        "modelDigest": occasion.model_digest,
        "messageId": name,
    }
    listed = {"entries": entries} if entries else {}
    return Alert(
        message_id=name,
        execution_id=occasion.execution_id,
        transactions=ids,
        # Plain ASCII: SNS and mail servers disagree about anything else in a subject.
        subject=f"{count} review - {occasion.day}, highest score {highest:.3f}",
        body=_body(head, {**listed, "transactions": [line.text for line in lines]}, tail),
        attributes={"messageId": name, "batchDate": str(occasion.day), "severity": severity},
    )


def _entries(chunk: Sequence[RiskyTransaction], role: str | None) -> list[str]:
    if role is None:
        return []
    return [_json(entry_of(group, role)) for group in entity_groups(chunk, role)]


def _entry_size(group: Sequence[RiskyTransaction], occasion: Occasion) -> int:
    """Return the most bytes of the entry of a group, or of a part of it in one message.

    The ids do not count here, but with each line.
    """
    role = occasion.group_by
    if role is None:
        return 0
    entries = (entry_of([transaction], role) | {"transactions": []} for transaction in group)
    return max(_size(_json(entry)) for entry in entries) + SPARE_BYTES_OF_ENTRY


def _body(head: dict[str, Any], lists: dict[str, list[str]], tail: dict[str, Any]) -> str:
    """Return JSON that reads well as an e-mail: a field, an entry, or a transaction a line."""
    above = "".join(f"  {_json(name)}: {_json(value)},\n" for name, value in head.items())
    listed = ",\n".join(
        f"  {_json(name)}: [\n" + ",\n".join(f"    {line}" for line in lines) + "\n  ]"
        for name, lines in lists.items()
    )
    below = "".join(f",\n  {_json(name)}: {_json(value)}" for name, value in tail.items())
    return f"{{\n{above}{listed}{below}\n}}\n"


def _look_up(table: str) -> str:
    values = '{":id": {"S": "TRANSACTION ID"}}'
    return (
        f"aws dynamodb query --table-name {table} --key-condition-expression 'transactionId = :id' "
        f"--expression-attribute-values '{values}'"
    )


def _line(transaction: RiskyTransaction, occasion: Occasion, limit: int) -> _Line:
    """Return the line of a transaction; its category is shortened where a message has no room."""
    listed = occasion.group_by is not None  # the entry of its entity lists the id once more
    extra = _size(_json(transaction.transaction_id)) if listed else 0
    kept = _shortened(transaction, limit - extra)
    text = _json(kept.content())
    return _Line(transaction, text, _size(text) + extra)


def _shortened(transaction: RiskyTransaction, limit: int) -> RiskyTransaction:
    """Return the transaction, its category shortened where it would exceed a whole message."""
    category = transaction.category
    if category is None or _size(_json(transaction.content())) <= limit:
        return transaction

    def cut(length: int) -> RiskyTransaction:
        return transaction._replace(category=category[:length] + SHORTENED)

    lengths = range(len(category))
    fitting = bisect_right(lengths, limit, key=lambda length: _size(_json(cut(length).content())))
    return cut(max(fitting - 1, 0))


def _size(line: str) -> int:
    return len(f"    {line},\n".encode())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).translate(REFUSED_CHARACTERS)
