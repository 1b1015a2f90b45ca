"""Record: a JSON document comes back as it was, and nothing else is taken for one."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from foundation.record import Record


class Note(Record):
    text: str
    at: datetime


NOTE = Note(text="é", at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC))


def test_a_record_comes_back_with_its_types() -> None:
    assert Note.model_validate_json(NOTE.to_json()) == NOTE


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="extra_forbidden"):
        Note.model_validate_json(NOTE.to_json().replace(b'"text"', b'"by": "ann", "text"'))


def test_a_record_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        NOTE.text = "another"  # type: ignore[misc]
