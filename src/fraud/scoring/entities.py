"""Entities: the parties of a transaction in a batch, such as its customer and its card."""

import re
import reprlib
from collections.abc import Iterable, Mapping
from typing import Any

from foundation.card_numbers import masked_card_numbers
from fraud.data.text_cells import trimmed

ENTITIES = "entities"
ROLE = re.compile(r"[a-z][a-z0-9_]*")
LONGEST_ROLE = 40  # characters
LONGEST_VALUE = 256  # bytes
MOST_ROLES = 10  # of a transaction


def entities_fault(value: Any) -> str | None:
    """Return what is wrong with the entities of a transaction, None for nothing; null has none.

    The text of an entity is never part of it: it may be a card number.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        return _law(f"it is a {type(value).__name__}")
    if len(value) > MOST_ROLES:
        return _law(f"it has {len(value)} roles")
    wrong = [fault for role, text in value.items() if (fault := _fault(role, text))]
    return _law("; ".join(wrong)) if wrong else None


def entities_of(transaction: Mapping[str, Any]) -> dict[str, str]:
    """Return the entities of a valid transaction by role, without those that are null or blank."""
    given = transaction.get(ENTITIES) or {}
    texts = {role: trimmed(text) for role, text in given.items() if text is not None}
    return {role: text for role, text in texts.items() if text}


def first_role(entities: Iterable[Mapping[str, str]]) -> str | None:
    """Return the first role of the first transaction that names an entity; None where none does."""
    return next((role for named in entities for role in named), None)


def _fault(role: Any, text: Any) -> str | None:
    if not isinstance(role, str) or len(role) > LONGEST_ROLE or not ROLE.fullmatch(role):
        return f"{masked_card_numbers(reprlib.repr(role))} is no role"
    if text is None:
        return None
    if not isinstance(text, str):
        return f"{role} is a {type(text).__name__}"
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # half a surrogate pair: no file and no service takes it
        return f"{role} holds a character that no file can hold"
    return f"{role} has {size:,} bytes" if size > LONGEST_VALUE else None


def _law(fact: str) -> str:
    return (
        f"entities is an object of at most {MOST_ROLES} roles (such as customer or card; small "
        f"letters, digits and _), each with a text of at most {LONGEST_VALUE} bytes, or null; "
        f"{fact}"
    )
