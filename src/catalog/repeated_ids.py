"""Repeated ids: marks rows as bad whose identifier an earlier row has."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

from catalog.raw_file import RawTable
from fraud.data.arrays import Integers
from fraud.data.spec import DataSpec
from fraud.data.splits import first_copies
from fraud.data.validation import BAD_ROWS

REASON = "a repeated identifier"


def without_repeated_ids(raw: RawTable, spec: DataSpec, path: Path, described: int) -> RawTable:
    """Return `raw` with every row counted as bad whose identifier an earlier row of `path` has.

    The first `described` repeats are described one by one.
    """
    first = first_copies(raw.ids)
    is_repeat = first != np.arange(len(first))
    if not is_repeat.any():
        return raw
    repeats = np.flatnonzero(is_repeat)
    listed = repeats[:described]
    reasons = [f"{spec.id} is that of row {row:,}" for row in raw.numbers[first[listed]].tolist()]
    bad = pl.DataFrame(
        [raw.numbers[listed], reasons, _lines_at(path, raw.numbers[listed])], schema=BAD_ROWS
    )
    return replace(
        raw,
        kept=~is_repeat,
        **{
            name: getattr(raw, name)[~is_repeat]
            for name in ("labels", "fingerprints", "ids", "numbers")
        },
        times=None if raw.times is None else raw.times[~is_repeat],
        bad=pl.concat([raw.bad, bad]).sort("row"),
        reasons={**raw.reasons, REASON: len(repeats)},
        bad_count=raw.bad_count + len(repeats),
    )


def _lines_at(path: Path, numbers: Integers) -> list[str]:
    """Read the lines of a file with the given sorted numbers; row 0 is the header."""
    lines, at = [], 0
    with path.open("rb") as file:
        for number in numbers.tolist():
            line = next(islice(file, number - at, None))
            lines.append(line.rstrip(b"\r\n").decode(errors="replace"))
            at = number + 1
    return lines
