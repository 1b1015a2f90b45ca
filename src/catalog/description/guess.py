"""Guess: a value of a drafted description, with its reason; or the question that decides it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Guess:
    """A key of the description, the value that the file suggests, and why."""

    key: str
    value: Any
    reason: str


@dataclass(frozen=True)
class Question:
    """What the file leaves open: a key of the description, and the answers that are likely.

    `allowed` are all answers that are possible; any is, where it is empty.
    """

    key: str
    text: str
    choices: tuple[Any, ...] = ()
    suggestion: Any = None
    allowed: tuple[Any, ...] = ()

    @property
    def sentence(self) -> str:
        """The question with its likely answers, as it stands in a draft."""
        likely = f" (for example: {', '.join(map(str, self.choices))})" if self.choices else ""
        return f"{self.text}{likely}"


@dataclass(frozen=True)
class ColumnRole:
    """A column of the file: what it probably is, why, and a few of its values."""

    name: str
    role: str
    reason: str
    examples: tuple[str, ...]


Answers = Mapping[str, Any]
Ask = Callable[[Question], Any]  # returns None where nobody answers
