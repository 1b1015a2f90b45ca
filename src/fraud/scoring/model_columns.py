"""Model columns: the value type of each column of a model, and the codes of its categories."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import nan
from typing import Protocol, Self

from fraud.data.roles import NO_ROLES, Roles
from fraud.data.text_cells import trimmed


class Described(Protocol):
    """A description of columns: a FraudModel has one, and so has its model.json."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def categories(self) -> Mapping[str, tuple[str, ...]]: ...

    @property
    def may_miss(self) -> Collection[str]: ...

    @property
    def roles(self) -> Roles: ...


@dataclass(frozen=True)
class ModelColumns:
    """The columns of a model, in its order: the features, then the amount, then the time.

    `roles` names the amount and the time, where the model takes them. A column of `categories`
    takes text, or nothing. Its k-th text is the number k in a row; an unknown text is NaN, as a
    missing one is. The whitespace around a text does not count. A column of `may_miss` takes a
    finite number, or nothing, and any other a finite number.
    """

    names: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    may_miss: frozenset[str] = frozenset()
    roles: Roles = NO_ROLES

    @classmethod
    def of(cls, described: Described) -> Self:
        may_miss = frozenset(described.may_miss)
        return cls(tuple(described.columns), dict(described.categories), may_miss, described.roles)

    @property
    def is_plain(self) -> bool:
        """Whether every column takes a number, and always one."""
        return not self.categories and not self.may_miss

    @property
    def features(self) -> tuple[str, ...]:
        return self.roles.others(self.names)

    @cached_property
    def optional(self) -> frozenset[str]:
        """The columns that may be left empty."""
        return self.may_miss | self.categories.keys()

    def code(self, name: str, text: str | None) -> float:
        """Return the code of `text` in column `name`; NaN where the model does not know it."""
        if text is None:
            return nan
        codes = self.codes[name]
        found = codes.get(text)
        return codes.get(trimmed(text), nan) if found is None else found

    @cached_property
    def codes(self) -> dict[str, dict[str, float]]:
        """The codes of the texts of each categorical column, as they are and trimmed."""
        return {name: _codes(texts) for name, texts in self.categories.items()}


def _codes(texts: Sequence[str]) -> dict[str, float]:
    codes = {text: float(code) for code, text in enumerate(texts)}
    # A model that learned from untrimmed texts knows "web" and " web" apart: of those that are
    # the same when trimmed, the first is the commonest.
    for text, code in tuple(codes.items()):
        codes.setdefault(trimmed(text), code)
    return codes


def model_columns(columns: Sequence[str] | ModelColumns) -> ModelColumns:
    """Return ModelColumns; names alone stand for columns of numbers without roles."""
    return columns if isinstance(columns, ModelColumns) else ModelColumns(tuple(columns))
