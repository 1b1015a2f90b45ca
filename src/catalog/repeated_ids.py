"""Repeated ids: marks rows as bad whose identifier an earlier row has."""

from dataclasses import replace

import numpy as np
import polars as pl

from catalog.reading.raw_table import RawTable
from fraud.data.arrays import Integers
from fraud.data.splits import first_copies
from fraud.data.validation import BAD_ROWS, row_text

REASON = "a repeated identifier"


def without_repeated_ids(raw: RawTable, described: int) -> RawTable:
    """Return `raw` with every row counted as bad whose identifier an earlier row has.

    The first `described` repeats are described one by one.
    """
    first = first_copies(raw.ids)
    is_repeat = first != np.arange(len(first))
    if not is_repeat.any():
        return raw
    repeats = np.flatnonzero(is_repeat)
    listed = repeats[:described]
    reasons = [
        f"{raw.spec.id} is that of row {row:,}" for row in raw.numbers[first[listed]].tolist()
    ]
    bad = pl.DataFrame(
        [raw.numbers[listed], reasons, _texts_at(raw, raw.positions[listed])], schema=BAD_ROWS
    )
    return replace(
        raw,
        kept=~is_repeat,
        **{
            name: getattr(raw, name)[~is_repeat]
            for name in ("labels", "fingerprints", "ids", "positions", "numbers")
        },
        times=None if raw.times is None else raw.times[~is_repeat],
        bad=pl.concat([raw.bad, bad]).sort("row"),
        reasons={**raw.reasons, REASON: len(repeats)},
        bad_count=raw.bad_count + len(repeats),
    )


def _texts_at(raw: RawTable, positions: Integers) -> list[str]:
    """Read the rows at sorted positions of the raw file, as lines of CSV."""
    texts: list[str] = []
    start = 0
    for cells in raw.source.table.batches(raw.source.table.names):
        low, high = np.searchsorted(positions, [start, start + cells.height])
        texts += [row_text(cells.row(at - start)) for at in positions[low:high].tolist()]
        start += cells.height
        if high == len(positions):
            break
    return texts
