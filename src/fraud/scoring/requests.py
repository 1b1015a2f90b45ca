"""Scoring requests: which transactions are valid, and what is wrong with the others."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from fraud.data.arrays import Floats, Matrix
from fraud.data.roles import AMOUNT, Roles
from fraud.data.text_cells import trimmed
from fraud.monitoring.inputs.summary import FieldUse
from fraud.scoring.day_window import DayWindow, seconds_of_day, utc_day
from fraud.scoring.entities import entities_of
from fraud.scoring.field_use import field_use, texts_of
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.request_features import FeatureLaws
from fraud.scoring.transaction_fields import (
    KNOWN_FIELDS,
    Problem,
    field_hint,
    field_problems,
    ignored_fields,
    short_repr,
)

OTHER_DAY = "other_day"  # the rule that a transaction of another day breaks


@dataclass(frozen=True)
class SetAside:
    """A transaction that cannot be scored, as received, with everything that is wrong with it."""

    position: int
    problems: tuple[Problem, ...]
    transaction: Any


@dataclass(frozen=True)
class BatchLaws:
    """What a transaction must be: for a model that takes `columns`, of `day` where one is given.

    A field that nothing uses is ignored and counted, or, with `refuse_unknown_fields`, a fault.
    """

    columns: ModelColumns
    day: DayWindow | None = None
    refuse_unknown_fields: bool = False


@dataclass(frozen=True)
class Incoming:
    """A batch after validation: columns of equal length, and what was set aside.

    `ignored_fields` counts, over the whole batch, the fields that nothing uses. An amount is NaN
    where a transaction has none, which a model without an amount allows.
    `texts` are those of each categorical column, trimmed; `fields` counts the features that are
    not those of the model.
    """

    ids: list[str]
    timestamps: list[str]
    seconds: Floats  # since midnight UTC of each transaction's day
    amounts: Floats
    categories: list[str | None]  # None for a transaction without one
    features: Matrix  # codes of categories, and NaN for what is missing
    set_aside: list[SetAside]
    roles: Roles  # of the model
    ignored_fields: dict[str, int] = field(default_factory=dict)
    texts: dict[str, list[str | None]] = field(default_factory=dict)
    fields: FieldUse = field(default_factory=FieldUse)
    entities: list[dict[str, str]] = field(default_factory=list)  # role → text

    @property
    def received(self) -> int:
        """The number of transactions of the batch, good and bad."""
        return len(self.ids) + len(self.set_aside)

    def model_rows(self) -> Matrix:
        """Return the input of a model: features, then amount and time where it takes them."""
        taken = [
            *((self.amounts,) if self.roles.amount is not None else ()),
            *((self.seconds,) if self.roles.time is not None else ()),
        ]
        return np.column_stack([self.features, *taken])


def check_transactions(
    transactions: Sequence[Any], positions: Sequence[int], laws: BatchLaws | ModelColumns
) -> Incoming:
    """Separate the transactions that can be scored from those that cannot.

    Each transaction must have the features of the model, as FeatureLaws say, and an amount where
    the model takes one. Of good transactions with one id the first is kept. Order is kept on both
    sides. ModelColumns alone are laws for no particular day.
    """
    checked = laws if isinstance(laws, BatchLaws) else BatchLaws(laws)
    features = FeatureLaws(checked.columns)
    kept: dict[str, tuple[int, Any]] = {}
    set_aside = []
    for position, transaction in zip(positions, transactions, strict=True):
        problems = _problems(transaction, checked, features, kept)
        if problems:
            set_aside.append(SetAside(position, tuple(problems), transaction))
        else:
            kept[trimmed(transaction["id"])] = position, transaction
    return _columns(kept, features, set_aside, ignored_fields(transactions))


def _columns(
    kept: dict[str, tuple[int, Any]],
    laws: FeatureLaws,
    set_aside: list[SetAside],
    ignored: dict[str, int],
) -> Incoming:
    good = [transaction for _, transaction in kept.values()]
    moments = [datetime.fromisoformat(transaction["timestamp"]) for transaction in good]
    features = [transaction["features"] for transaction in good]
    return Incoming(
        ids=list(kept),
        timestamps=[transaction["timestamp"] for transaction in good],
        seconds=np.array([seconds_of_day(moment) for moment in moments], dtype=np.float64),
        # NaN for None
        amounts=np.array([transaction.get(AMOUNT) for transaction in good], dtype=np.float64),
        categories=[trimmed(transaction.get("category") or "") or None for transaction in good],
        features=laws.matrix(good),
        set_aside=set_aside,
        roles=laws.columns.roles,
        ignored_fields=ignored,
        texts=texts_of(features, laws.columns),
        fields=field_use(features, laws.columns),
        entities=[entities_of(transaction) for transaction in good],
    )


def _problems(
    transaction: Any, laws: BatchLaws, features: FeatureLaws, kept: dict[str, tuple[int, Any]]
) -> list[Problem]:
    if not isinstance(transaction, dict):
        return [Problem("object", f"a transaction is an object, not {short_repr(transaction)}")]
    problems = field_problems(transaction, laws.columns.roles)
    problems += features.problems(transaction.get("features"))
    if laws.day is not None and not (problems and _has_no_moment(problems)):
        problems += _day_problems(transaction["timestamp"], laws.day)
    if laws.refuse_unknown_fields:
        problems += _unknown_fields(transaction, laws.columns)
        problems += features.unknown_problems(transaction.get("features"))
    id_ = transaction.get("id")
    earlier = kept.get(trimmed(id_)) if isinstance(id_, str) else None
    if earlier is not None:
        problems.append(_repeated(transaction, *earlier))
    return problems


def _has_no_moment(problems: list[Problem]) -> bool:
    return any(problem.rule.startswith("timestamp") for problem in problems)


def _day_problems(timestamp: str, window: DayWindow) -> list[Problem]:
    moment = datetime.fromisoformat(timestamp)
    if window.holds(moment):
        return []
    law = f"timestamp is of the day of the batch ({window})"
    return [Problem(OTHER_DAY, f"{law}; {short_repr(timestamp)} is of {utc_day(moment)}")]


def _unknown_fields(transaction: dict[str, Any], columns: ModelColumns) -> list[Problem]:
    unknown = sorted(transaction.keys() - KNOWN_FIELDS)
    hints = [(short_repr(name), field_hint(name, columns.features)) for name in unknown]
    told = ", ".join(f"{name} ({hint})" if hint else name for name, hint in hints)
    return [Problem("field_unknown", f"nothing uses the field {told}")] if unknown else []


def _repeated(transaction: dict[str, Any], position: int, earlier: Any) -> Problem:
    same = transaction == earlier
    rule, content = ("id_repeated", "the same") if same else ("id_conflicting", "other")
    shown = short_repr(transaction["id"])
    detail = f"id {shown} was taken at position {position} with {content} content; the first counts"
    return Problem(rule, detail)
