"""Daily sample: held-out transactions drawn as one day, with planted drift if asked for."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from foundation.errors import InvalidData, InvalidParams
from fraud.data.arrays import Flags, Floats, Integers
from fraud.data.spec import DataSpec

DriftKind = Literal["more-fraud", "amounts", "features"]
DEFAULT_SIZES: dict[DriftKind, float] = {"more-fraud": 10.0, "amounts": 3.0, "features": 1.0}
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Drift:
    """A change planted in a day.

    `more-fraud`: frauds are `size` times as frequent. `amounts`: every amount is multiplied by
    `size`. `features`: every feature that is a number is moved up by `size` of its standard
    deviations.
    """

    kind: DriftKind
    size: float

    def __post_init__(self) -> None:
        if not np.isfinite(self.size) or (self.kind != "features" and self.size < 0):
            source, law = "The drift", "its size is a finite number, and a factor is not negative"
            raise InvalidParams(source, [f"{law}; {self.kind} by {self.size} is neither"])


@dataclass(frozen=True)
class DaySample:
    """The transactions of one day in order of time; `repeated` of them were drawn before.

    `seconds` are since midnight, drawn evenly over the day for data without a time; columns are
    those of the data set. `categories` are those of its first categorical column, None where the
    text is missing; data without such a column have none.
    """

    table: pl.DataFrame
    seconds: Floats
    categories: list[str | None] | None
    repeated: int


def sample_day(
    held_out: pl.DataFrame,
    spec: DataSpec,
    count: int,
    *,
    random: np.random.Generator,
    drift: Drift | None = None,
) -> DaySample:
    """Draw `count` transactions; none twice, as long as there are others of its class."""
    if count < 1 or not held_out.height:
        message = (
            f"A day needs transactions, and held-out ones to draw them from; {count:,} were asked "
            f"for, of {held_out.height:,}. No day was made."
        )
        raise InvalidData(message)
    rows = _drawn_rows(held_out[spec.label].to_numpy() == 1, count, drift, random)
    seconds = _seconds_of_day(held_out, spec, rows, random)
    in_order = np.argsort(seconds, kind="stable")
    table = held_out[rows[in_order]]
    return DaySample(
        table=_drifted(table, held_out, spec, drift),
        seconds=seconds[in_order],
        categories=_categories(table, spec),
        repeated=count - len(np.unique(rows)),
    )


def _seconds_of_day(
    held_out: pl.DataFrame, spec: DataSpec, rows: Integers, random: np.random.Generator
) -> Floats:
    if spec.time is None:
        return random.integers(0, DAY_SECONDS, size=len(rows)).astype(np.float64)
    return held_out[spec.time].to_numpy()[rows] % DAY_SECONDS


def _drawn_rows(
    is_fraud: Flags, count: int, drift: Drift | None, random: np.random.Generator
) -> Integers:
    if drift is None or drift.kind != "more-fraud":
        return _draw(np.arange(len(is_fraud)), count, random)
    frauds, legitimate = np.flatnonzero(is_fraud), np.flatnonzero(~is_fraud)
    if not len(frauds) or not len(legitimate):
        message = "There can be no more fraud without held-out transactions of both classes."
        raise InvalidData(message)
    wanted = random.binomial(count, min(is_fraud.mean() * drift.size, 1.0))
    drawn = [_draw(frauds, wanted, random), _draw(legitimate, count - wanted, random)]
    return np.concatenate(drawn)


def _draw(rows: Integers, count: int, random: np.random.Generator) -> Integers:
    once = random.permutation(rows)[:count]
    again = random.choice(rows, size=count - len(once))
    return np.concatenate([once, again])


def _categories(table: pl.DataFrame, spec: DataSpec) -> list[str | None] | None:
    return table[spec.categorical[0]].to_list() if spec.categorical else None


def _drifted(
    table: pl.DataFrame, held_out: pl.DataFrame, spec: DataSpec, drift: Drift | None
) -> pl.DataFrame:
    if drift is None or drift.kind == "more-fraud":
        return table
    if drift.kind == "amounts":
        amount = spec.roles.require_amount("A day of larger amounts", data=spec.name)
        return table.with_columns((pl.col(amount) * drift.size).round(2))
    if not spec.features:
        message = f"The features of {spec.name} cannot drift: none is a number. No day was made."
        raise InvalidData(message)
    deviations = held_out.select(pl.col(spec.features).std(ddof=0)).row(0, named=True)
    return table.with_columns(
        pl.col(name) + drift.size * (deviation or 0.0) for name, deviation in deviations.items()
    )
