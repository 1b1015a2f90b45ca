"""Feature transforms: the inputs of an algorithm, by the same code in training and serving."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from foundation.errors import InvalidData
from foundation.params import did_you_mean
from fraud.data.arrays import Matrix
from fraud.data.labelled_rows import LabelledRows
from fraud.features.logarithm import signed_log

DAY_SECONDS = 86_400
# Rounding alone spreads a constant column by about 1e-16 of its size.
CONSTANT = 1e-12
COMMONEST = 50  # values of a category that get a column each
ALWAYS = ("columns", "means", "deviations")  # of a state
HAS = ("has_amount", "has_time")  # in a state where false


class Transform(Protocol):
    """A transform fitted on the training rows, applicable to any row.

    Rows come as LabelledRows has them: the features, then the amount, then the time, where there
    are such; values may be missing, and categories codes, as it says.
    """

    name: ClassVar[str]

    @classmethod
    def fit(cls, train: LabelledRows) -> Self: ...

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self: ...

    def apply(self, rows: Matrix) -> Matrix: ...

    def discrete(self, train: LabelledRows) -> tuple[int, ...]:
        """Return the output columns that are no quantities: between their values lies nothing."""
        ...

    def state(self) -> dict[str, Any]:
        """Return everything that `from_state` needs, as JSON."""
        ...


@dataclass(frozen=True)
class TimeOfDay:
    """Rows as they are, but the time wrapped to one day: a tree needs no scaling.

    A tree sends missing values the better way at each split, and cuts the codes of a category,
    which count from the commonest, into common and rare. Rows without a time stay as they are.
    """

    name: ClassVar[str] = "time_of_day"
    has_time: bool = True

    @classmethod
    def fit(cls, train: LabelledRows) -> Self:
        return cls(has_time=train.roles.time is not None)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        return cls(**state)

    def apply(self, rows: Matrix) -> Matrix:
        if not self.has_time:
            return rows
        time = rows[:, -1]
        if not ((time < 0) | (time >= DAY_SECONDS)).any():
            return rows  # serving sends times of the day already: spare the copy
        wrapped = rows.copy()
        wrapped[:, -1] = time % DAY_SECONDS
        return wrapped

    def discrete(self, train: LabelledRows) -> tuple[int, ...]:
        return _categories(train)

    def state(self) -> dict[str, Any]:
        return {} if self.has_time else {"has_time": False}


@dataclass(frozen=True)
class Standardised:
    """Mean 0 and deviation 1 on the training rows, for algorithms that add columns up.

    The amount enters as its logarithm, for a few amounts are a thousand times the usual one; the
    time as a point on the 24-hour circle, so that 23:59 lies beside 00:00; rows may have no amount
    or no time. A missing value becomes the mean, and a further column says 1 where a value was
    missing. Each category becomes columns of 0 and 1, for its commonest values; rarer, unknown and
    missing ones are 0 in all of them.

    `gaps` are the positions of the columns that may miss a value, `categories` the positions of
    the categories and how many columns each becomes.
    """

    name: ClassVar[str] = "standardised"
    columns: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    gaps: tuple[int, ...] = ()
    categories: tuple[tuple[int, int], ...] = ()
    has_amount: bool = True
    has_time: bool = True

    @classmethod
    def fit(cls, train: LabelledRows) -> Self:
        places, names, roles = _categories(train), train.columns, train.roles
        amount, time = roles.amount, roles.time
        numbers = np.delete(train.rows, places, axis=1)
        unscaled = _unscaled(numbers, has_amount=amount is not None, has_time=time is not None)
        means, deviations = _means_and_deviations(unscaled)
        return cls(
            columns=(
                *(column for column in roles.others(names) if column not in train.categories),
                *(() if amount is None else (f"log(1 + {amount})",)),
                *(() if time is None else (f"sin({time})", f"cos({time})")),
            ),
            means=tuple(means.tolist()),
            deviations=tuple(deviations.tolist()),
            gaps=tuple(
                place
                for place, column in enumerate(names)
                if column in train.may_miss and column not in train.categories
            ),
            categories=tuple(
                (place, min(len(train.categories[names[place]]), COMMONEST)) for place in places
            ),
            has_amount=amount is not None,
            has_time=time is not None,
        )

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        roles: dict[str, Any] = {name: state[name] for name in HAS if name in state}
        categories = tuple((place, count) for place, count in state.get("categories", ()))
        fields = {name: tuple(values) for name, values in state.items() if name not in HAS}
        return cls(**{**fields, "categories": categories, **roles})

    def apply(self, rows: Matrix) -> Matrix:
        places = [place for place, _ in self.categories]
        numbers = np.delete(rows, places, axis=1) if places else rows
        scaled = _unscaled(numbers, has_amount=self.has_amount, has_time=self.has_time)
        scaled -= self.means
        scaled /= self.deviations
        if not self.gaps and not self.categories:
            return scaled
        scaled[np.isnan(scaled)] = 0.0  # the mean
        missing = np.isnan(rows[:, list(self.gaps)])
        ones = [rows[:, [place]] == np.arange(count) for place, count in self.categories]
        return np.hstack([scaled, missing, *ones])

    def discrete(self, train: LabelledRows) -> tuple[int, ...]:  # noqa: ARG002 # it knows itself
        further = len(self.gaps) + sum(count for _, count in self.categories)
        return tuple(range(len(self.means), len(self.means) + further))

    def state(self) -> dict[str, Any]:
        """Return the fitted values, without the optional ones that are as usual."""
        fields = asdict(self)
        lacks = {name: False for name in HAS if not fields.pop(name)}
        lists = {name: list(values) for name, values in fields.items()}
        return {n: values for n, values in lists.items() if values or n in ALWAYS} | lacks


@dataclass(frozen=True)
class AsTreesAndNetworksSee:
    """The columns of `TimeOfDay`, then those of `Standardised`, for ensembles of both kinds."""

    name: ClassVar[str] = "as_trees_and_networks_see"
    for_networks: Standardised

    @property
    def for_trees(self) -> TimeOfDay:
        return TimeOfDay(has_time=self.for_networks.has_time)

    @classmethod
    def fit(cls, train: LabelledRows) -> Self:
        return cls(Standardised.fit(train))

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        return cls(Standardised.from_state(state))

    def apply(self, rows: Matrix) -> Matrix:
        return np.hstack([self.for_trees.apply(rows), self.for_networks.apply(rows)])

    def discrete(self, train: LabelledRows) -> tuple[int, ...]:
        width = train.rows.shape[1]
        standardised = self.for_networks.discrete(train)
        return (*self.for_trees.discrete(train), *(width + place for place in standardised))

    def state(self) -> dict[str, Any]:
        return self.for_networks.state()


TRANSFORMS: dict[str, type[Transform]] = {
    kind.name: kind for kind in (TimeOfDay, Standardised, AsTreesAndNetworksSee)
}


def transform_from_state(name: str, state: Mapping[str, Any]) -> Transform:
    """Rebuild a fitted transform; InvalidData for an unknown name or the state of another."""
    if name not in TRANSFORMS:
        message = f"There is no transform {name!r}; {did_you_mean(name, set(TRANSFORMS))}"
        raise InvalidData(message)
    try:
        return TRANSFORMS[name].from_state(state)
    except (TypeError, ValueError) as error:
        message = f"This is not the state of the transform {name!r}: {error}"
        raise InvalidData(message) from error


def _unscaled(rows: Matrix, *, has_amount: bool, has_time: bool) -> Matrix:
    """Replace the amount by its logarithm and the time by its place on the 24-hour circle."""
    features = rows.shape[1] - has_amount - has_time
    unscaled = np.empty((len(rows), rows.shape[1] + has_time))
    unscaled[:, :features] = rows[:, :features]
    if has_amount:
        unscaled[:, features] = signed_log(rows[:, features])
    if has_time:
        angles = rows[:, -1] * (2 * np.pi / DAY_SECONDS)
        unscaled[:, -2] = np.sin(angles)
        unscaled[:, -1] = np.cos(angles)
    return unscaled


def _means_and_deviations(unscaled: Matrix) -> tuple[Matrix, Matrix]:
    """Return means and deviations; missing values count as the mean, a constant deviates by 1."""
    known = ~np.isnan(unscaled)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, unscaled, 0.0).sum(axis=0) / counts
    filled = np.where(known, unscaled, means)
    spread = filled.std(axis=0)
    is_constant = (np.ptp(filled, axis=0) == 0) | (spread < CONSTANT)
    return means, np.where(is_constant, 1.0, spread)


def _categories(train: LabelledRows) -> tuple[int, ...]:
    return tuple(n for n, column in enumerate(train.columns) if column in train.categories)
