"""Transaction fields: what each top-level field of a transaction may hold."""

import difflib
import reprlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from fraud.data.roles import AMOUNT, Roles
from fraud.data.text_cells import trimmed
from fraud.data.value_laws import amount_law, is_amount, is_text
from fraud.scoring.entities import ENTITIES, entities_fault

LONGEST_ID = 1_024  # bytes; DynamoDB keys end at 2,048
LONGEST_CATEGORY = 10_000  # bytes; a DynamoDB item ends at 400 KB
MOST_NAMES = 100  # of ignored fields; a batch whose field names are data has as many as it has rows
LONGEST_NAME = 80  # characters

short_repr = reprlib.repr


class Problem(NamedTuple):
    """A rule that a transaction breaks: its short name to count by, and the facts."""

    rule: str
    detail: str


def field_problems(transaction: Mapping[str, Any], roles: Roles) -> list[Problem]:
    """Return what is wrong with the fields of FIELDS; optional ones may be null or not there.

    `roles` are those of the model. The amount is optional for a model that takes none.
    """
    problems = []
    for field, problem_of in FIELDS.items():
        is_optional = field in OPTIONAL or (field == AMOUNT and roles.amount is None)
        if field not in transaction:
            problem = None if is_optional else Problem(field, f"{field} is missing")
        elif is_optional and transaction[field] is None:
            problem = None
        else:
            problem = problem_of(transaction[field], roles)
        if problem is not None:
            problems.append(problem)
    return problems


def ignored_fields(transactions: Iterable[Any]) -> dict[str, int]:
    """Count, by name, the top-level fields of transactions that nothing uses, commonest first."""
    wide = (one for one in transactions if isinstance(one, dict) and not one.keys() <= KNOWN_FIELDS)
    counts = Counter(_writable(name) for one in wide for name in one.keys() - KNOWN_FIELDS)
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:MOST_NAMES])


def field_hint(name: str, features: Collection[str]) -> str:
    """Return what an unknown field was probably meant to be; an empty text where nobody can tell.

    `features` are those of the model.
    """
    if name in features:
        return f"{name} is a feature of the model, and belongs into features"
    known = {field.lower(): field for field in KNOWN_FIELDS}
    close = difflib.get_close_matches(name.lower(), known, n=1)
    return f"did you mean {known[close[0]]}?" if close else ""


def _id_problem(value: Any, _: Roles) -> Problem | None:
    if is_text(value) and trimmed(value) and len(value.encode()) <= LONGEST_ID:
        return None
    law = f"id is a string of 1 to {LONGEST_ID:,} bytes"
    return Problem("id", f"{law}, not {short_repr(value)}")


def _timestamp_problem(value: Any, _: Roles) -> Problem | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        law = "timestamp is an ISO 8601 time such as 2026-11-21T09:30:00Z"
        return Problem("timestamp", f"{law}, not {short_repr(value)}")
    if moment.tzinfo is None:
        law = "timestamp says its zone (Z, or an offset such as +01:00)"
        return Problem("timestamp_zone", f"{law}; {short_repr(value)} does not")
    return None


def _amount_problem(value: Any, roles: Roles) -> Problem | None:
    may_be_negative = roles.amount_may_be_negative
    if is_amount(value, may_be_negative=may_be_negative):
        return None
    law = f"amount is {amount_law(may_be_negative=may_be_negative)}"
    return Problem("amount", f"{law}, not {short_repr(value)}")


def _category_problem(value: Any, _: Roles) -> Problem | None:
    if value is None or (is_text(value) and len(value.encode()) <= LONGEST_CATEGORY):
        return None
    law = f"category is a string of at most {LONGEST_CATEGORY:,} bytes, or null"
    return Problem("category", f"{law}, not {short_repr(value)}")


def _entities_problem(value: Any, _: Roles) -> Problem | None:
    fault = entities_fault(value)
    return None if fault is None else Problem(ENTITIES, fault)


def _writable(name: str) -> str:
    return name.encode(errors="replace").decode()[:LONGEST_NAME]


FIELDS: dict[str, Callable[[Any, Roles], Problem | None]] = {
    "id": _id_problem,
    "timestamp": _timestamp_problem,
    "amount": _amount_problem,
    "category": _category_problem,
    ENTITIES: _entities_problem,
}
OPTIONAL = frozenset({"category", ENTITIES})
KNOWN_FIELDS = frozenset({*FIELDS, "features"})
