"""Incoming features: which values of a transaction a model can be given, and as what numbers."""

import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fraud.model_columns import ModelColumns

NUMBERS = {int, float}  # bool is an int to isinstance, not to us

shown = reprlib.repr


class Problem(NamedTuple):
    """One law that a transaction breaks: its short name to count by, and the facts."""

    rule: str
    detail: str


@dataclass(frozen=True)
class FeatureLaws:
    """What the features of a transaction must be for a model that takes `columns`.

    Each that is needed is there, and none that is unknown; a number is finite, a category is text.
    What may be missing may also be null, or not there.
    """

    columns: ModelColumns

    def problems(self, features: Any) -> list[Problem]:
        if not isinstance(features, dict):
            return [Problem("features", f"features is an object, not {shown(features)}")]
        if features.keys() == self._names and self._are_plain(features.values()):
            return []
        problems = []
        if missing := sorted(self._needed - features.keys()):
            problems.append(Problem("features_missing", f"features lacks {', '.join(missing)}"))
        if unknown := sorted(features.keys() - self._names):
            listed = ", ".join(map(shown, unknown))
            problems.append(Problem("features_unknown", f"the model knows no feature {listed}"))
        return problems + self._value_problems(features)

    def matrix(self, transactions: Sequence[Any]) -> NDArray[np.float64]:
        """Give the features of good transactions as numbers, NaN for what is missing."""
        names, size = self.columns.features, (len(transactions), len(self.columns.features))
        features = [transaction["features"] for transaction in transactions]
        if self.columns.is_plain:
            rows = [[one[name] for name in names] for one in features]
        else:
            numbers = [(name, self._number_of(name)) for name in names]
            rows = [[number(one.get(name)) for name, number in numbers] for one in features]
        return np.array(rows, dtype=np.float64).reshape(size)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.columns.features)

    @cached_property
    def _needed(self) -> frozenset[str]:
        return self._names - self.columns.optional

    def _are_plain(self, values: Iterable[Any]) -> bool:
        return self.columns.is_plain and _are_finite(values)

    def _value_problems(self, features: Mapping[str, Any]) -> list[Problem]:
        optional, categories = self.columns.optional, self.columns.categories
        given = [
            name
            for name in sorted(self._names & features.keys())
            if features[name] is not None or name not in optional
        ]
        numbers = [name for name in given if name not in categories]
        bad_numbers = [name for name in numbers if not _are_finite([features[name]])]
        texts = [name for name in given if name in categories]
        bad_texts = [name for name in texts if not isinstance(features[name], str)]
        laws = (
            ("features_not_finite", "features are finite numbers", bad_numbers),
            (
                "features_not_text",
                "these features are text, or null where it is missing",
                bad_texts,
            ),
        )
        return [
            Problem(
                rule, f"{law}; {', '.join(f'{name} is {shown(features[name])}' for name in bad)}"
            )
            for rule, law, bad in laws
            if bad
        ]

    def _number_of(self, name: str) -> Callable[[Any], float]:
        if name in self.columns.categories:
            return lambda text: self.columns.code(name, text)
        return lambda number: nan if number is None else number


def _are_finite(values: Iterable[Any]) -> bool:
    values = list(values)
    try:
        return set(map(type, values)) <= NUMBERS and all(map(isfinite, values))
    except OverflowError:  # an integer beyond every float
        return False
