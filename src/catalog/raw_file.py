"""Raw file: read in batches, validated, and kept for a second pass."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from catalog.reading.batches import Batches
from catalog.reading.plain_file import Dialect, PlainFile, open_plain
from catalog.reading.rejects import Reject
from catalog.reading.table_file import TableFile
from foundation.errors import InvalidData
from fraud.data.arrays import Fingerprints, Flags, Floats, Integers, Labels
from fraud.data.formats import ISO
from fraud.data.row_faults import label_values
from fraud.data.spec import DataSpec
from fraud.data.validation import BAD_ROWS, CheckedRows, RowCheck, require_header

NO_IDS = np.empty(0, dtype=np.uint64)


@dataclass(frozen=True)
class ReadOptions:
    """Options of reading a file."""

    described_rows: int = 5  # bad rows of a batch that are described; all are counted
    kept_bytes: int = 350_000_000  # of good rows in memory; later ones are written to disk


@dataclass(frozen=True)
class RawTable:
    """A whole raw file: its digest, its good rows in file order, and its bad rows.

    `spec` names every column. Rows that are equal to a model have equal `fingerprints`, and rows
    with the same identifier equal `ids` (empty for data without identifiers). `times` is None for
    data without a time. `numbers` are the row numbers in the file, from 1, and `positions` the
    places among the rows of `source` that could be divided into cells, from 0. Of the rows in
    `blocks`, those of the mask `kept` are good; all rows are, where `kept` is None.
    """

    name: str
    spec: DataSpec
    digest: str
    blocks: list[pl.DataFrame | Path]
    labels: Labels
    times: Floats | None
    fingerprints: Fingerprints
    ids: Fingerprints
    positions: Integers
    numbers: Integers
    bad: pl.DataFrame
    reasons: dict[str, int]
    bad_count: int
    source: "OpenFile"
    kept: Flags | None = None

    @property
    def rows(self) -> int:
        """The number of rows of the file, good and bad."""
        return len(self.labels) + self.bad_count

    def tables(self, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
        """Yield the good rows, block by block, in file order; some of their columns, or all."""
        start = 0
        for block in self.blocks:
            rows = _read_block(block, columns)
            end = start + rows.height
            yield rows if self.kept is None else rows.filter(pl.Series(self.kept[start:end]))
            start = end


def _read_block(block: pl.DataFrame | Path, columns: Sequence[str] | None) -> pl.DataFrame:
    if isinstance(block, pl.DataFrame):
        return block if columns is None else block.select(columns)
    if columns is None:
        # From bytes, because the pages of a mapped file would count as memory.
        return pl.read_ipc(block.read_bytes())
    return pl.read_ipc(block, columns=list(columns))


@dataclass(frozen=True)
class _Block:
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


@dataclass(frozen=True)
class OpenFile:
    """A raw file that is open, with its description resolved for its columns."""

    table: TableFile
    spec: DataSpec
    name: str

    @property
    def file(self) -> PlainFile:
        return self.table.file


def open_raw(path: Path, spec: DataSpec, folder: Path, *, name: str = "") -> OpenFile:
    """Open a raw file; a plain copy is written to `folder` where it is compressed, for example.

    `name` stands for the file in errors.

    Raises:
        InvalidData: The file is empty or unreadable, or its columns are not those of `spec`.
    """
    name = name or path.name
    file = open_plain(path, folder, dialect=Dialect.of(spec), name=name)
    table = TableFile(file, spec, name=name)
    spec.require_matches(table.names)
    resolved = spec.resolved(table.names)
    if spec.time in table.dated and not spec.has_calendar:
        resolved = resolved.model_copy(update={"time_format": ISO})
    require_header(table.names, resolved, file=name)
    return OpenFile(table, resolved, name)


def read_raw(path: Path, spec: DataSpec, folder: Path, options: ReadOptions) -> RawTable:
    """Read and validate `path`; rows beyond the memory limit are written to `folder`.

    Raises:
        InvalidData: The file is empty or unreadable, has other columns, ends inside a row or a
            quoted cell, or has labels of which nobody can say whether they are fraud.
    """
    opened = open_raw(path, spec, folder)
    blocks, rejects = _read_good(opened, folder, options) or _read_all(opened, folder, options)
    if not blocks and not rejects:
        message = f"{path.name} has a header and no rows. Nothing was written."
        raise InvalidData(message)
    _require_closed_quotes(rejects, opened)
    _require_two_labels(blocks, opened)
    raw = _joined(opened, blocks, rejects)
    if not opened.file.has_last_line_end:
        _refuse_half_a_row(raw)
    return raw


def _read_good(
    opened: OpenFile, folder: Path, options: ReadOptions
) -> tuple[list[_Block], list[Reject]] | None:
    """Read a file in which no row is bad; None where one may be.

    DuckDB makes the numbers, in half the time. It takes 1_000 for one, so a file with underscores
    is not read in this way.
    """
    spec = opened.spec
    has_plain_numbers = spec.decimal == "." and not spec.thousands and not spec.currency
    numbers = set(spec.numbers) - {*spec.missing, *spec.keys, spec.label}
    if spec.time_format is not None and spec.time is not None:
        numbers -= {spec.time}
    if not has_plain_numbers or opened.file.has_odd_numbers or spec.missing_marks:
        numbers = set()
    batches = opened.table.batches(spec.all_columns, numbers=numbers)
    check = RowCheck(spec, options.described_rows)
    blocks: list[_Block] = []
    memory = _Memory(folder, options.kept_bytes)
    for cells in batches:
        rows = check.all_good(cells)
        if rows is None:
            return None
        blocks.append(_block(rows, spec, memory.path_of(rows.good)))
    is_good = batches.is_complete and not batches.rejects
    return (_shifted(blocks), []) if is_good else None


def _read_all(
    opened: OpenFile, folder: Path, options: ReadOptions
) -> tuple[list[_Block], list[Reject]]:
    """Read a file with every cell as text, so that each bad row can be shown as it is."""
    batches: Batches = opened.table.batches(opened.table.names)
    check = RowCheck(opened.spec, options.described_rows)
    memory = _Memory(folder, options.kept_bytes)
    checked = (check(cells) for cells in batches)
    blocks = [_block(rows, opened.spec, memory.path_of(rows.good)) for rows in checked]
    return _shifted(blocks), batches.rejects


class _Memory:
    """The place of each table of good rows: memory while there is room, then a file."""

    def __init__(self, folder: Path, room: int) -> None:
        self._folder, self._room, self._files = folder, room, 0

    def path_of(self, rows: pl.DataFrame) -> Path | None:
        """Return the file that the rows are written to; None for memory."""
        self._room -= int(rows.estimated_size())
        self._files += 1
        return None if self._room >= 0 else self._folder / f"{self._files}.arrow"


def _shifted(blocks: list[_Block]) -> list[_Block]:
    """Count rows from the beginning of the file, and not of each batch."""
    shifted, before = [], 0
    for block in blocks:
        bad = block.bad.with_columns(pl.col("row") + before)
        shifted.append(replace(block, bad=bad, lines=block.lines + before))
        before += len(block.lines) + block.bad_count
    return shifted


def _block(rows: CheckedRows, spec: DataSpec, path: Path | None) -> _Block:
    if path:
        rows.good.write_ipc(path, compression="uncompressed")
    good = rows.good
    return _Block(
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


def _joined(opened: OpenFile, blocks: list[_Block], rejects: list[Reject]) -> RawTable:
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
    last = max(read + len(taken), int(taken.max(initial=0)))
    return np.setdiff1d(np.arange(1, last + 1), taken)[:read]


def _require_closed_quotes(rejects: list[Reject], opened: OpenFile) -> None:
    """Raise InvalidData where a quoted cell swallowed the rows after it: nobody knows how many."""
    open_ended = (reject for reject in rejects if reject.spans_lines)
    if reject := next(open_ended, None):
        message = (
            f"{opened.name} has a quote in row {reject.row:,} that is not closed in its row, and "
            "takes the rows after it for one cell. Nothing was written. If the file ends there, "
            "it was cut off: get it again. Otherwise double or remove that quote, or, where quotes "
            'mean nothing in this file, describe it with quote: "".'
        )
        raise InvalidData(message)


def _require_two_labels(blocks: list[_Block], opened: OpenFile) -> None:
    others = sorted(frozenset().union(*(block.other_labels for block in blocks)))
    if len(others) > 1:
        spec = opened.spec
        message = (
            f"{opened.name}: {spec.label} is {label_values(spec)}, but besides "
            f"{', '.join(spec.positive)} it holds {', '.join(map(repr, others[:10]))}. Nothing was "
            "written. Name in the description the values that are fraud (positive:) and those "
            "that are not (negative:)."
        )
        raise InvalidData(message)


def _refuse_half_a_row(raw: RawTable) -> None:
    last = raw.rows
    half = raw.bad.filter(pl.col("row") == last)
    if half.height:
        message = (
            f"The file ends in the middle of row {last:,} ({half['reason'][0]}): it was cut off, "
            "and more may be missing. Nothing was written. Get it again, whole."
        )
        raise InvalidData(message)
