"""Request features: validation of a transaction's features, and their numbers for a model."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import Any

import numpy as np

from fraud.data.arrays import Matrix
from fraud.data.value_laws import LARGEST_VALUE, NUMBERS, is_number, is_text
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.transaction_fields import Problem, short_repr


@dataclass(frozen=True)
class FeatureLaws:
    """What the features of a transaction must be for a model that takes `columns`.

    Each that is needed is there; a number is finite, a category is text. What may be missing may
    also be null, or not there. A feature that the model does not know is no fault of a transaction:
    `fraud.scoring.field_use` counts these over the day.
    """

    columns: ModelColumns

    def problems(self, features: Any) -> list[Problem]:
        if not isinstance(features, dict):
            return [Problem("features", f"features is an object, not {short_repr(features)}")]
        if features.keys() == self._names and self._are_right(features):
            return []
        missing = sorted(self._names - self.columns.optional - features.keys())
        lacking = [self._missing_problem(missing, features)] if missing else []
        return lacking + self._value_problems(features)

    def unknown_problems(self, features: Any) -> list[Problem]:
        """Return the features that the model does not know as a problem, for laws that ask so."""
        unknown = sorted(features.keys() - self._names) if isinstance(features, dict) else []
        listed = ", ".join(map(short_repr, unknown))
        detail = f"the model knows no feature {listed}"
        return [Problem("features_unknown", detail)] if unknown else []

    def matrix(self, transactions: Sequence[Any]) -> Matrix:
        """Return the features of valid transactions, shape (n, features), NaN for missing."""
        names = self.columns.features
        features = [transaction["features"] for transaction in transactions]
        if self.columns.is_plain:
            rows = [[one[name] for name in names] for one in features]
        else:
            numbers = [(name, self._number_of(name)) for name in names]
            rows = [[number(one.get(name)) for name, number in numbers] for one in features]
        return np.array(rows, dtype=np.float64).reshape(len(features), len(names))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(self.columns.features)

    def _are_right(self, features: Mapping[str, Any]) -> bool:
        if self.columns.is_plain:
            return _are_numbers(features.values())
        return not self._value_problems(features)

    def _missing_problem(self, missing: list[str], features: Mapping[str, Any]) -> Problem:
        detail = f"features lacks {', '.join(missing)}"
        if unknown := sorted(features.keys() - self._names):
            listed = ", ".join(map(short_repr, unknown))
            detail += f", and has {listed}, which the model does not know: renamed?"
        return Problem("features_missing", detail)

    def _value_problems(self, features: Mapping[str, Any]) -> list[Problem]:
        optional, categories = self.columns.optional, self.columns.categories
        given = {
            name: value
            for name, value in features.items()
            if name in self._names and not (value is None and name in optional)
        }
        numbers = {name: value for name, value in given.items() if name not in categories}
        texts = {name: value for name, value in given.items() if name in categories}
        problems = []
        if not _are_numbers(numbers.values()):
            bad = {name: value for name, value in numbers.items() if not is_number(value)}
            law = f"features are finite numbers of at most {LARGEST_VALUE:g}"
            problems.append(Problem("features_not_finite", f"{law}; {_listed(bad)}"))
        if bad := {name: value for name, value in texts.items() if not is_text(value)}:
            law = f"{', '.join(sorted(bad))} takes text in Unicode, or null where it is missing"
            problems.append(Problem("features_not_text", f"{law}; {_listed(bad)}"))
        return problems

    def _number_of(self, name: str) -> Callable[[Any], float]:
        if name in self.columns.categories:
            return lambda text: self.columns.code(name, text)
        return lambda number: nan if number is None else number


def _are_numbers(values: Collection[Any]) -> bool:
    """Return whether `is_number` holds for every value, in a fifth of the time."""
    return set(map(type, values)) <= NUMBERS and all(map(LARGEST_VALUE.__ge__, map(abs, values)))


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} is {short_repr(values[name])}" for name in sorted(values))
