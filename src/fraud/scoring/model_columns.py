"""Model columns: what a model takes in each column, and which texts its codes stand for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import nan
from typing import Protocol, Self


class Described(Protocol):
    """What tells its columns: a FraudModel, and the description in its model.json."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def categories(self) -> Mapping[str, tuple[str, ...]]: ...

    @property
    def may_miss(self) -> Collection[str]: ...


@dataclass(frozen=True)
class ModelColumns:
    """The columns of a model, in its order: the features, then the amount, then the time.

    A column of `categories` takes text, or nothing. Its k-th text is the number k in a row; a text
    that is none of them is to a model as a missing one, NaN. A column of `may_miss` takes a finite
    number, or nothing, and any other a finite number.
    """

    names: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    may_miss: frozenset[str] = frozenset()

    @classmethod
    def of(cls, described: Described) -> Self:
        may_miss = frozenset(described.may_miss)
        return cls(tuple(described.columns), dict(described.categories), may_miss)

    @property
    def is_plain(self) -> bool:
        """Whether every column takes a number, and always one."""
        return not self.categories and not self.may_miss

    @property
    def features(self) -> tuple[str, ...]:
        return self.names[:-2]

    @cached_property
    def optional(self) -> frozenset[str]:
        """The columns that may be left empty."""
        return self.may_miss | self.categories.keys()

    def code(self, name: str, text: str | None) -> float:
        """Give what stands for `text` in a row; NaN where that is nothing the model knows."""
        return nan if text is None else self._codes[name].get(text, nan)

    @cached_property
    def _codes(self) -> dict[str, dict[str, float]]:
        return {
            name: {text: float(code) for code, text in enumerate(texts)}
            for name, texts in self.categories.items()
        }


def model_columns(columns: Sequence[str] | ModelColumns) -> ModelColumns:
    """Take names alone for columns of numbers."""
    return columns if isinstance(columns, ModelColumns) else ModelColumns(tuple(columns))
