"""Blocks: the checked rows of each batch, in memory or in a file, joined to one table."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from catalog.reading.open_file import OpenFile
from catalog.reading.raw_table import RawTable
from catalog.reading.rejects import Reject
from fraud.data.arrays import Fingerprints, Floats, Integers, Labels
from fraud.data.spec import DataSpec
from fraud.data.validation import BAD_ROWS, CheckedRows

NO_IDS = np.empty(0, dtype=np.uint64)


@dataclass(frozen=True)
class Block:
    """The rows of one batch: the good ones, in memory or in a file, and counts of the others."""

    rows: pl.DataFrame | Path
    labels: Labels
    times: Floats | None
    fingerprints: Fingerprints
    ids: Fingerprints
    lines: Integers
    bad: pl.DataFrame
    reasons: dict[str, int]
    bad_count: int
    other_labels: frozenset[str]


class Memory:
    """The place of each table of good rows: memory while there is room, then a file."""

    def __init__(self, folder: Path, room: int) -> None:
        self._folder, self._room, self._files = folder, room, 0

    def path_of(self, rows: pl.DataFrame) -> Path | None:
        """Return the file that the rows are written to; None for memory."""
        self._room -= int(rows.estimated_size())
        self._files += 1
        return None if self._room >= 0 else self._folder / f"{self._files}.arrow"


def numbered_through(blocks: list[Block]) -> list[Block]:
    """Count rows from the beginning of the file, and not of each batch."""
    shifted, before = [], 0
    for block in blocks:
        bad = block.bad.with_columns(pl.col("row") + before)
        shifted.append(replace(block, bad=bad, lines=block.lines + before))
        before += len(block.lines) + block.bad_count
    return shifted


def block_of(rows: CheckedRows, spec: DataSpec, path: Path | None) -> Block:
    """Return the block of checked rows; the good ones are written to `path`, where one is given."""
    if path:
        rows.good.write_ipc(path, compression="uncompressed")
    good = rows.good
    return Block(
        rows=path or good,
        labels=good[spec.label].to_numpy(),
        times=None if spec.time is None else good[spec.time].to_numpy(),
        fingerprints=good.select(*spec.model_columns, spec.label).hash_rows().to_numpy(),
        ids=good[spec.id].hash().to_numpy() if spec.id is not None else NO_IDS,
        lines=rows.lines,
        bad=rows.bad,
        reasons=rows.reasons,
        bad_count=rows.bad_count,
        other_labels=rows.other_labels,
    )


def joined(opened: OpenFile, blocks: list[Block], rejects: list[Reject]) -> RawTable:
    """Return the table of all blocks, whose rows are numbered through, and of what was rejected."""
    times = [block.times for block in blocks if block.times is not None]
    positions = _concatenated([block.lines for block in blocks], np.int64)
    read = sum(len(block.lines) + block.bad_count for block in blocks)
    numbers = _row_numbers(read, rejects)
    torn = pl.DataFrame(
        [(reject.row, reject.detail, reject.text) for reject in rejects],
        schema=BAD_ROWS,
        orient="row",
    )
    described = [block.bad for block in blocks]
    bad = pl.concat(described) if described else pl.DataFrame(schema=BAD_ROWS)
    bad = bad.with_columns(row=pl.Series(numbers[bad["row"].to_numpy() - 1], dtype=pl.Int64))
    counted = sum((Counter(block.reasons) for block in blocks), Counter())
    return RawTable(
        name=opened.name,
        spec=opened.spec,
        digest=opened.file.digest,
        blocks=[block.rows for block in blocks],
        labels=_concatenated([block.labels for block in blocks], np.int8),
        times=None if opened.spec.time is None else _concatenated(times, np.float64),
        fingerprints=_concatenated([block.fingerprints for block in blocks], np.uint64),
        ids=_concatenated([block.ids for block in blocks], np.uint64),
        positions=positions,
        numbers=numbers[positions],
        bad=pl.concat([bad, torn]).sort("row", maintain_order=True),
        reasons=dict(counted + Counter(reject.reason for reject in rejects)),
        bad_count=sum(block.bad_count for block in blocks) + len(rejects),
        source=opened,
    )


def _concatenated(parts: list[Any], kind: type[np.generic]) -> Any:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)


def _row_numbers(read: int, rejects: list[Reject]) -> Integers:
    """Return the number in the file of each row that was read: rejected rows have theirs."""
    taken = np.array([reject.row for reject in rejects], dtype=np.int64)
    is_free = np.ones(max(read + len(taken), int(taken.max(initial=0))), dtype=bool)
    is_free[taken - 1] = False
    return np.flatnonzero(is_free)[:read] + 1
