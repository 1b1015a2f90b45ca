"""History features: aggregates over an entity's past, as of the moment of a transaction.

Both steps are those of Le Borgne, Siblini, Lebichot and Bontempi, "Reproducible Machine Learning
for Credit Card Fraud Detection" (2022), chapter 3. Neither looks ahead:

- Windows of d days before t hold what is later than t - d and not later than t. A transaction
  counts itself; others of the same second are not there yet, whatever their order in a file.
- A label is known `delay_days` after its transaction: risk looks at windows that end so long ago.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field, field_validator

from foundation.errors import InvalidData, InvalidParams
from foundation.params import Params
from fraud.data.arrays import Floats, Integers, Labels
from fraud.data.roles import AMOUNT, RoleMissing, Roles
from fraud.data.spec import Role

Days = Annotated[int, Field(ge=1, le=3650)]

DAY_SECONDS = 86_400

NEEDS_TIME = "The past of an entity (spending_windows, delayed_risk)"
NEEDS_AMOUNT = "The mean amount of an entity's past (spending_windows)"
WITHOUT_HISTORY = "choose a feature set without these steps"


class _Windows(Params):
    entity: Role
    days: tuple[Days, ...] = Field(default=(1, 7, 30), min_length=1)

    @field_validator("days")
    @classmethod
    def _are_different(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(days)) < len(days):
            message = "each length of window is named once"
            raise ValueError(message)
        return days

    def _named(self, *what: str) -> list[str]:
        return [f"{self.entity}_{name}_{days}d" for days in self.days for name in what]


class SpendingWindows(_Windows):
    """The number and the mean amount of an entity's transactions in windows before t."""

    name: Literal["spending_windows"] = "spending_windows"
    entity: Role = "customer"

    def columns(self) -> list[str]:
        return self._named("count", "mean_amount")


class DelayedRisk(_Windows):
    """The number of an entity's transactions with a known label, and their share of fraud."""

    name: Literal["delayed_risk"] = "delayed_risk"
    entity: Role = "terminal"
    delay_days: int = Field(default=7, ge=1, le=365)

    def columns(self) -> list[str]:
        return self._named("known_count", "risk")


HistoryStep = Annotated[SpendingWindows | DelayedRisk, Field(discriminator="name")]
STEPS: dict[str, type[SpendingWindows] | type[DelayedRisk]] = {
    "spending_windows": SpendingWindows,
    "delayed_risk": DelayedRisk,
}


def require_described(steps: Sequence[HistoryStep], roles: Roles, *, data: str) -> None:
    """Raise RoleMissing for steps that need a time or an amount that the data set lacks."""
    if steps:
        roles.require_time(NEEDS_TIME, data=data, otherwise=WITHOUT_HISTORY)
    if any(isinstance(step, SpendingWindows) for step in steps):
        roles.require_amount(NEEDS_AMOUNT, data=data, otherwise=WITHOUT_HISTORY)


def is_history_step(step: str | Mapping[str, Any]) -> bool:
    """Return whether a step, as YAML gives it, is one of this module."""
    return step in STEPS if isinstance(step, str) else bool(step.keys() & STEPS.keys())


def history_step(step: str | Mapping[str, Any], *, source: str) -> SpendingWindows | DelayedRisk:
    """Parse a step as YAML gives it: its name, or its name with options."""
    named = {step: {}} if isinstance(step, str) else dict(step)
    name, options = next(iter(named.items()))
    if len(named) != 1 or name not in STEPS:
        problem = f"{step!r} is not a history step; write one of {', '.join(STEPS)}, each alone"
        raise InvalidParams(source, [problem])
    return STEPS[name].checked(options or {}, source=f"{source}, {name}")


def history_columns(
    step: SpendingWindows | DelayedRisk,
    *,
    keys: pl.Series | npt.NDArray[Any] | Sequence[Any],
    times: Floats,
    amounts: Floats | None,
    labels: Labels,
) -> dict[str, Floats]:
    """Return the columns of `step` for every transaction, in any order.

    `keys` is the entity and `times` the seconds of each transaction. Without a past, values are 0.

    Raises:
        RoleMissing: The step adds up amounts, and there are none.
        InvalidData: A time is not finite.
    """
    _require_times(times)
    past = _Past.of(pl.Series(keys), times)
    if isinstance(step, SpendingWindows):
        if amounts is None:
            raise RoleMissing(AMOUNT, NEEDS_AMOUNT)
        return _spending(step, past, amounts)
    return _risk(step, past, labels.astype(np.float64))


def _require_times(times: Floats) -> None:
    if not np.isfinite(times).all():
        message = "A past needs a finite time for each transaction. No feature was computed."
        raise InvalidData(message)


@dataclass(frozen=True)
class _Past:
    """Transactions sorted by entity, then by time.

    Times are compared by their rank among all, so that no rounding moves a window.
    """

    codes: Integers
    times: Floats
    ranked: Floats
    places: Integers  # in order: entity * stride + rank of the time

    @classmethod
    def of(cls, keys: pl.Series, times: Floats) -> Self:
        codes = keys.rank("dense").to_numpy().astype(np.int64)
        ranked = np.unique(times)
        places = codes * (len(ranked) + 1) + np.searchsorted(ranked, times)
        return cls(codes, times, ranked, np.sort(places))

    def before(self, moments: Floats, *, inclusive: bool = False) -> Integers:
        """Return, for each row, how many transactions are sorted before a moment of its entity.

        The difference of two such counts is how many transactions of the entity lie between.
        """
        ranks = np.searchsorted(self.ranked, moments, side="right" if inclusive else "left")
        places = self.codes * (len(self.ranked) + 1) + ranks
        counts: Integers = np.searchsorted(self.places, places).astype(np.int64)
        return counts

    def between(self, sums: Floats, since: Integers, until: Integers) -> tuple[Floats, Floats]:
        """Return count and sum of the values from one sorted position to before another."""
        start = self.before(self.ranked[:1])
        until = np.maximum(since, until)
        totals = np.where(until > start, sums[until - 1], 0) - np.where(
            since > start, sums[since - 1], 0
        )
        # What is left of a difference of equal sums may be below nothing by a rounding.
        return (until - since).astype(np.float64), np.maximum(totals, 0)

    def sums(self, values: Floats) -> Floats:
        """Return the cumulative sums of the values, from 0 anew for each entity.

        So no rounding of one entity is in the sum of another, nor a later one in an earlier sum.
        """
        order = np.lexsort((values, self.times, self.codes))
        table = pl.DataFrame({"whose": self.codes[order], "value": values[order]})
        summed = table.select(pl.col("value").cum_sum().over("whose")).to_series().to_numpy()
        return np.append(summed, 0.0)  # so that nothing lies before place 0


def _spending(step: SpendingWindows, past: _Past, amounts: Floats) -> dict[str, Floats]:
    columns: list[Floats] = []
    sums = past.sums(amounts)
    for days in step.days:
        since = past.before(past.times - days * DAY_SECONDS, inclusive=True)
        earlier, spent = past.between(sums, since, past.before(past.times))
        columns += [earlier + 1, (spent + amounts) / (earlier + 1)]
    return dict(zip(step.columns(), columns, strict=True))


def _risk(step: DelayedRisk, past: _Past, labels: Floats) -> dict[str, Floats]:
    columns: list[Floats] = []
    sums, known = past.sums(labels), past.times - step.delay_days * DAY_SECONDS
    for days in step.days:
        since = past.before(known - days * DAY_SECONDS, inclusive=True)
        count, frauds = past.between(sums, since, past.before(known, inclusive=True))
        columns += [count, frauds / np.maximum(count, 1)]
    return dict(zip(step.columns(), columns, strict=True))
