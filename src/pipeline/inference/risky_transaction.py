"""Risky transaction: a transaction to alert about, with its parties and what moved its score."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import fsum
from typing import Any, NamedTuple

from foundation.card_numbers import masked_card_numbers


class RiskyTransaction(NamedTuple):
    """A transaction to alert about, with its fraud score; it may have no amount or category.

    `entities` are roles with their texts, `why` the reasons for the score, the strongest first.
    """

    transaction_id: str
    timestamp: str
    amount: float | None
    category: str | None
    score: float
    entities: tuple[tuple[str, str], ...] = ()
    why: tuple[str, ...] = ()

    def entity(self, role: str | None) -> str | None:
        """Return the text of the entity in a role; None where the transaction names none."""
        return dict(self.entities).get(role) if role else None

    def content(self) -> dict[str, Any]:
        """Return the transaction as a message has it; card numbers are masked."""
        named = {role: masked_card_numbers(text) for role, text in self.entities}
        why = [masked_card_numbers(reason) for reason in self.why]
        return {
            "transactionId": self.transaction_id,
            "timestamp": self.timestamp,
            **({} if self.amount is None else {"amount": self.amount}),
            **({"category": masked_card_numbers(self.category)} if self.category else {}),
            "fraudScore": self.score,
            **({"entities": named} if named else {}),
            **({"why": why} if why else {}),
        }


def by_entity(risky: Sequence[RiskyTransaction], role: str | None) -> list[RiskyTransaction]:
    """Return risky transactions, riskiest first, with those of one entity next to each other.

    The entities are in the order of their riskiest transaction. A transaction without the entity
    stands alone.
    """
    groups: dict[tuple[str, str], list[RiskyTransaction]] = {}
    for transaction in risky:
        groups.setdefault(_group(transaction, role), []).append(transaction)
    return [transaction for group in groups.values() for transaction in group]


def entity_groups(
    transactions: Sequence[RiskyTransaction], role: str | None
) -> Iterator[list[RiskyTransaction]]:
    """Yield the transactions of each entity, which stand next to each other."""
    for _, group in groupby(transactions, key=lambda transaction: _group(transaction, role)):
        yield list(group)


def entry_of(group: Sequence[RiskyTransaction], role: str) -> dict[str, Any]:
    """Return what a message says of one entity: its score, its amount, why, and transactions.

    The reasons are those of the riskiest transaction that has some.
    """
    text = group[0].entity(role)
    riskiest_first = sorted(group, key=lambda transaction: -transaction.score)
    why = next((each.why for each in riskiest_first if each.why), ())
    return {
        "entity": {role: masked_card_numbers(text)} if text is not None else {},
        "transactionCount": len(group),
        "highestScore": riskiest_first[0].score,
        **total_of(group),
        **({"why": [masked_card_numbers(reason) for reason in why]} if why else {}),
        "transactions": [transaction.transaction_id for transaction in group],
    }


def total_amount(transactions: Sequence[RiskyTransaction]) -> float | None:
    """Return the sum of the amounts, to the cent; None where one is missing: a part is no total."""
    amounts = [each.amount for each in transactions if each.amount is not None]
    return round(fsum(amounts), 2) if len(amounts) == len(transactions) else None


def total_of(transactions: Sequence[RiskyTransaction]) -> dict[str, float]:
    """Return the sum of the amounts as a field of a message; none without every amount."""
    total = total_amount(transactions)
    return {} if total is None else {"totalAmount": total}


def _group(transaction: RiskyTransaction, role: str | None) -> tuple[str, str]:
    text = transaction.entity(role)
    return ("id", transaction.transaction_id) if text is None else ("entity", text)
