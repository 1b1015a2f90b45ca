"""Features: the numbers an algorithm sees, by the same code in training and in serving."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from foundation.errors import InvalidData
from foundation.params import did_you_mean
from fraud.labelled_rows import LabelledRows, Matrix

DAY_SECONDS = 86_400
# Rounding alone spreads a constant column by about 1e-16 of its size.
CONSTANT = 1e-12


class Transform(Protocol):
    """What was learned from the training rows, and how it changes any row.

    Rows come as LabelledRows has them: the features, then the amount, then the time.
    """

    name: ClassVar[str]

    @classmethod
    def fit(cls, train: LabelledRows) -> Self: ...

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self: ...

    def apply(self, rows: Matrix) -> Matrix: ...

    def state(self) -> dict[str, Any]:
        """Everything `from_state` needs, as JSON."""
        ...


@dataclass(frozen=True)
class TimeOfDay:
    """Rows as they are, but the time wrapped to one day: a tree needs no scaling."""

    name: ClassVar[str] = "time_of_day"

    @classmethod
    def fit(cls, train: LabelledRows) -> Self:  # noqa: ARG003 # there is nothing to learn
        return cls()

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        return cls(**state)

    def apply(self, rows: Matrix) -> Matrix:
        time = rows[:, -1]
        if not ((time < 0) | (time >= DAY_SECONDS)).any():
            return rows  # serving sends times of the day already: spare the copy
        wrapped = rows.copy()
        wrapped[:, -1] = time % DAY_SECONDS
        return wrapped

    def state(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True)
class Standardised:
    """Mean 0 and deviation 1 on the training rows, for algorithms that add columns up.

    The amount enters as its logarithm, for a few amounts are a thousand times the usual one; the
    time as a point on the 24-hour circle, so that 23:59 lies beside 00:00.
    """

    name: ClassVar[str] = "standardised"
    columns: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def fit(cls, train: LabelledRows) -> Self:
        amount, time = train.columns[-2:]
        unscaled = _unscaled(train.rows)
        spread = unscaled.std(axis=0)
        is_constant = (np.ptp(unscaled, axis=0) == 0) | (spread < CONSTANT)
        return cls(
            columns=(*train.columns[:-2], f"log(1 + {amount})", f"sin({time})", f"cos({time})"),
            means=tuple(unscaled.mean(axis=0).tolist()),
            deviations=tuple(np.where(is_constant, 1.0, spread).tolist()),
        )

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Self:
        return cls(**{name: tuple(values) for name, values in state.items()})

    def apply(self, rows: Matrix) -> Matrix:
        scaled = _unscaled(rows)
        scaled -= self.means
        scaled /= self.deviations
        return scaled

    def state(self) -> dict[str, Any]:
        return {name: list(values) for name, values in asdict(self).items()}


TRANSFORMS: dict[str, type[Transform]] = {kind.name: kind for kind in (TimeOfDay, Standardised)}


def transform_from_state(name: str, state: Mapping[str, Any]) -> Transform:
    if name not in TRANSFORMS:
        message = f"There is no transform {name!r}; {did_you_mean(name, set(TRANSFORMS))}"
        raise InvalidData(message)
    try:
        return TRANSFORMS[name].from_state(state)
    except TypeError as error:
        message = f"This is not the state of the transform {name!r}: {error}"
        raise InvalidData(message) from error


def _unscaled(rows: Matrix) -> Matrix:
    """Replace the amount by its logarithm and the time by its place on the 24-hour circle."""
    amounts, angles = rows[:, -2], rows[:, -1] * (2 * np.pi / DAY_SECONDS)
    unscaled = np.empty((len(rows), rows.shape[1] + 1))
    unscaled[:, :-3] = rows[:, :-2]
    unscaled[:, -3] = np.log1p(np.maximum(amounts, 0.0))
    unscaled[:, -2] = np.sin(angles)
    unscaled[:, -1] = np.cos(angles)
    return unscaled
