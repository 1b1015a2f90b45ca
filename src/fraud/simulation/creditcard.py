"""Simulated card data: a seeded table with the shape, the times and the quirks of the reference.

Like the reference: its columns, two days of seconds with quiet nights, components of falling
variance with heavy tails, amounts in cents, 0.17 % frauds of which most, not all, stand out, and
exact copies of some rows. Unlike it: every number. Nothing about real fraud follows from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from foundation.errors import InvalidParams
from fraud.data.arrays import Flags, Floats, Integers

REFERENCE_ROWS = 284_807
FRAUD_SHARE = 492 / REFERENCE_ROWS
COMPONENTS = tuple(f"V{number}" for number in range(1, 29))
COLUMNS = ("Time", *COMPONENTS, "Amount", "Class")
HEADER = ",".join(f'"{name}"' for name in COLUMNS) + "\n"
ROWS_A_BLOCK = 100_000

DAYS, DAY_SECONDS, HOUR_SECONDS = 2, 86_400, 3_600
BUSINESS = (8, 4, 3, 3, 2, 3, 4, 7, 10, 16, 17, 17, 15, 15, 17, 16, 16, 16, 17, 16, 17, 18, 15, 11)
FRAUD_NEVER_SLEEPS = 6  # added to every hour of business: frauds keep less to the day
A_COPY_IN_LEGITIMATE, A_COPY_IN_FRAUDS = 270, 25

DEVIATIONS: Floats = np.asarray(np.geomspace(1.95, 0.33, len(COMPONENTS)), dtype=np.float64)
TAIL = 5.0  # degrees of freedom of the common scale of a row's components
# How far a typical fraud stands out in each component, in standard deviations.
STANDS_OUT = {
    "V1": -1.0, "V2": 1.0, "V3": -2.0, "V4": 2.2, "V5": -0.8, "V7": -1.8, "V9": -1.4, "V10": -2.6,
    "V11": 2.4, "V12": -3.2, "V14": -3.8, "V16": -2.2, "V17": -3.4, "V18": -1.0, "V21": 0.4,
}  # fmt: skip
HIDDEN = 0.06  # of the frauds look like anybody
LARGEST_AMOUNT = 25_000.0


@dataclass(frozen=True)
class _Outline:
    """Of each distinct row in order of time: when, whether it is fraud, how often it stands."""

    seconds: Integers
    is_fraud: Flags
    times: Integers


def creditcard_like(
    rows: int = REFERENCE_ROWS, *, frauds: int | None = None, share: float = FRAUD_SHARE, seed: int
) -> pl.DataFrame:
    """Simulate `rows` transactions in order of time, exactly `frauds` of them fraud.

    Without `frauds`, it is `share` of the rows, rounded. Equal arguments give equal tables. Raises
    InvalidParams when there cannot be that many.
    """
    return pl.concat(creditcard_blocks(rows, frauds=frauds, share=share, seed=seed))


def creditcard_blocks(
    rows: int = REFERENCE_ROWS, *, frauds: int | None = None, share: float = FRAUD_SHARE, seed: int
) -> Iterator[pl.DataFrame]:
    """Yield what creditcard_like returns in blocks, for tables larger than memory."""
    wanted = round(rows * share) if frauds is None else frauds
    if rows < 1 or not 0 <= wanted <= rows:
        source, law = "The simulation", "it needs at least one row, and no more frauds than rows"
        raise InvalidParams(source, [f"{law}, not {wanted:,} frauds in {rows:,} rows"])
    random = np.random.default_rng(seed)
    outline = _outline(rows - wanted, wanted, random)
    for start in range(0, len(outline.seconds), ROWS_A_BLOCK):
        yield _block(outline, slice(start, start + ROWS_A_BLOCK), random)


def csv_text(table: pl.DataFrame) -> str:
    """Return rows as the reference file has them: quoted labels, 1e+05, amounts without .0.

    HEADER is the line that comes before them.
    """
    written = table.with_columns(
        pl.col("Time").cast(pl.Int64).cast(pl.String).replace("100000", "1e+05"),
        pl.col("Amount").cast(pl.String).str.strip_suffix(".0"),
        pl.format('"{}"', pl.col("Class")).alias("Class"),
    )
    return written.write_csv(include_header=False, quote_style="never")


def _outline(legitimate: int, frauds: int, random: np.random.Generator) -> _Outline:
    copied_legitimate, copied_frauds = (
        legitimate // A_COPY_IN_LEGITIMATE,
        frauds // A_COPY_IN_FRAUDS,
    )
    distinct_legitimate, distinct_frauds = legitimate - copied_legitimate, frauds - copied_frauds
    seconds = np.concatenate(
        [
            _moments(distinct_legitimate, np.array(BUSINESS), random),
            _moments(distinct_frauds, np.array(BUSINESS) + FRAUD_NEVER_SLEEPS, random),
        ]
    )
    times = np.concatenate(
        [
            _repetitions(distinct_legitimate, copied_legitimate, random),
            _repetitions(distinct_frauds, copied_frauds, random),
        ]
    )
    seconds -= seconds.min()
    seconds[np.abs(seconds - 100_000).argmin()] = 100_000  # the reference writes it as 1e+05
    order = np.argsort(seconds, kind="stable")
    return _Outline(seconds[order], order >= distinct_legitimate, times[order])


def _moments(count: int, busy: Integers, random: np.random.Generator) -> Integers:
    hours = random.choice(len(busy), size=count, p=busy / busy.sum())
    within = random.integers(0, HOUR_SECONDS, size=count)
    return random.integers(0, DAYS, size=count) * DAY_SECONDS + hours * HOUR_SECONDS + within


def _repetitions(distinct: int, copies: int, random: np.random.Generator) -> Integers:
    times = np.ones(distinct, dtype=np.int64)
    times[random.permutation(distinct)[:copies]] += 1
    return times


def _block(outline: _Outline, part: slice, random: np.random.Generator) -> pl.DataFrame:
    is_fraud = outline.is_fraud[part]
    components = _components(is_fraud, random)
    table = pl.DataFrame(
        {
            "Time": outline.seconds[part].astype(np.float64),
            **{name: components[:, index] for index, name in enumerate(COMPONENTS)},
            "Amount": _amounts(is_fraud, random),
            "Class": is_fraud.astype(np.int8),
        }
    )
    return table[np.repeat(np.arange(table.height), outline.times[part])]


def _components(is_fraud: Flags, random: np.random.Generator) -> Floats:
    rows = len(is_fraud)
    scale = np.sqrt(TAIL / random.chisquare(TAIL, size=(rows, 1)))
    values = random.standard_normal((rows, len(COMPONENTS))) * scale
    frauds = int(is_fraud.sum())
    # Gamma: most frauds stand out somewhat, a few a lot, as the reference has it.
    strength = random.gamma(4.0, 0.4, size=(frauds, 1)) * (random.random((frauds, 1)) > HIDDEN)
    direction = np.array([STANDS_OUT.get(name, 0.0) for name in COMPONENTS])
    values[is_fraud] += strength * direction
    return np.round(values * DEVIATIONS, 13)


def _amounts(is_fraud: Flags, random: np.random.Generator) -> Floats:
    middle, spread = np.where(is_fraud, 12.0, 22.0), np.where(is_fraud, 2.1, 1.6)
    return np.round(random.lognormal(np.log(middle), spread).clip(max=LARGEST_AMOUNT), 2)
