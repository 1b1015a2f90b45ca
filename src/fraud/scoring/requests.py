"""Scoring requests: which transactions are valid, and what is wrong with the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from fraud.data.arrays import Floats, Matrix
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.request_features import NUMBERS, FeatureLaws, Problem, short_repr

LONGEST_ID = 1_024  # bytes; DynamoDB keys end at 2,048
LONGEST_CATEGORY = 10_000  # bytes; a DynamoDB item ends at 400 KB
LARGEST_AMOUNT = 1e15  # beyond it cents are lost in a float, and it is no amount of money
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class SetAside:
    """A transaction that cannot be scored, as received, with everything that is wrong with it."""

    position: int
    problems: tuple[Problem, ...]
    transaction: Any


@dataclass(frozen=True)
class Incoming:
    """A batch after validation: columns of equal length, and what was set aside."""

    ids: list[str]
    timestamps: list[str]
    seconds: Floats  # since midnight UTC of each transaction's day
    amounts: Floats
    categories: list[str]
    features: Matrix  # codes of categories, and NaN for what is missing
    set_aside: list[SetAside]

    def model_rows(self) -> Matrix:
        """Return the input of a model: features, amount, time."""
        return np.column_stack([self.features, self.amounts, self.seconds])


def check_transactions(
    transactions: Sequence[Any], positions: Sequence[int], columns: ModelColumns
) -> Incoming:
    """Separate the transactions that can be scored from those that cannot.

    `columns` are those of the model: each transaction must have its features, as FeatureLaws say,
    and no others. Of good transactions with one id the first is kept. Order is kept on both sides.
    """
    laws = FeatureLaws(columns)
    kept: dict[str, tuple[int, Any]] = {}
    set_aside = []
    for position, transaction in zip(positions, transactions, strict=True):
        problems = _problems(transaction, laws, kept)
        if problems:
            set_aside.append(SetAside(position, tuple(problems), transaction))
        else:
            kept[transaction["id"]] = position, transaction
    return _columns([transaction for _, transaction in kept.values()], laws, set_aside)


def seconds_of_day(moment: datetime) -> float:
    """Return the seconds since midnight UTC of a moment with a zone."""
    offset = moment.utcoffset()
    if offset is None:
        message = f"{moment} has no zone"
        raise ValueError(message)
    local = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    # Not astimezone(): it overflows in the first and the last year.
    return (local - offset.total_seconds()) % DAY_SECONDS


def _columns(kept: list[Any], laws: FeatureLaws, set_aside: list[SetAside]) -> Incoming:
    moments = [datetime.fromisoformat(transaction["timestamp"]) for transaction in kept]
    return Incoming(
        ids=[transaction["id"] for transaction in kept],
        timestamps=[transaction["timestamp"] for transaction in kept],
        seconds=np.array([seconds_of_day(moment) for moment in moments], dtype=np.float64),
        amounts=np.array([transaction["amount"] for transaction in kept], dtype=np.float64),
        categories=[transaction["category"] for transaction in kept],
        features=laws.matrix(kept),
        set_aside=set_aside,
    )


def _problems(
    transaction: Any, laws: FeatureLaws, kept: dict[str, tuple[int, Any]]
) -> list[Problem]:
    if not isinstance(transaction, dict):
        return [Problem("object", f"a transaction is an object, not {short_repr(transaction)}")]
    problems = [
        problem for field in FIELDS if (problem := _field_problem(transaction, field)) is not None
    ]
    problems += laws.problems(transaction.get("features"))
    earlier = kept.get(transaction["id"]) if isinstance(transaction.get("id"), str) else None
    if earlier is not None:
        problems.append(_repeated(transaction, *earlier))
    return problems


def _field_problem(transaction: dict[str, Any], field: str) -> Problem | None:
    if field not in transaction:
        return Problem(field, f"{field} is missing")
    return FIELDS[field](transaction[field])


def _id_problem(value: Any) -> Problem | None:
    if _is_text(value) and value and len(value.encode()) <= LONGEST_ID:
        return None
    law = f"id is a string of 1 to {LONGEST_ID:,} bytes"
    return Problem("id", f"{law}, not {short_repr(value)}")


def _timestamp_problem(value: Any) -> Problem | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        law = "timestamp is an ISO 8601 time such as 2026-11-21T09:30:00Z"
        return Problem("timestamp", f"{law}, not {short_repr(value)}")
    if moment.tzinfo is None:
        law = "timestamp says its zone (Z, or an offset such as +01:00)"
        return Problem("timestamp_zone", f"{law}; {short_repr(value)} does not")
    return None


def _amount_problem(value: Any) -> Problem | None:
    if type(value) in NUMBERS and 0 <= value < LARGEST_AMOUNT:  # NaN fails both comparisons
        return None
    law = f"amount is a number of at least 0 and less than {LARGEST_AMOUNT:.0e}"
    return Problem("amount", f"{law}, not {short_repr(value)}")


def _category_problem(value: Any) -> Problem | None:
    if _is_text(value) and len(value.encode()) <= LONGEST_CATEGORY:
        return None
    law = f"category is a string of at most {LONGEST_CATEGORY:,} bytes"
    return Problem("category", f"{law}, not {short_repr(value)}")


FIELDS: dict[str, Callable[[Any], Problem | None]] = {
    "id": _id_problem,
    "timestamp": _timestamp_problem,
    "amount": _amount_problem,
    "category": _category_problem,
}


def _repeated(transaction: dict[str, Any], position: int, earlier: Any) -> Problem:
    same = transaction == earlier
    rule, content = ("id_repeated", "the same") if same else ("id_conflicting", "other")
    shown = short_repr(transaction["id"])
    detail = f"id {shown} was taken at position {position} with {content} content; the first counts"
    return Problem(rule, detail)


def _is_text(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half a surrogate pair: no file and no service takes it
        return False
    return True
