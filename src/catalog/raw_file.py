"""Raw file: read in batches, validated, and kept for a second pass."""

from dataclasses import dataclass
from pathlib import Path

from catalog.reading.batches import Batches
from catalog.reading.blocks import Block, Memory, block_of, joined, numbered_through
from catalog.reading.open_file import OpenFile, open_raw
from catalog.reading.raw_table import RawTable
from catalog.reading.rejects import Reject
from catalog.reading.whole_file import (
    require_closed_quotes,
    require_two_labels,
    require_whole_end,
)
from foundation.errors import InvalidData
from fraud.data.spec import DataSpec
from fraud.data.validation import RowCheck


@dataclass(frozen=True)
class ReadOptions:
    """Options of reading a file."""

    described_rows: int = 5  # bad rows of a batch that are described; all are counted
    kept_bytes: int = 350_000_000  # of good rows in memory; later ones are written to disk


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
    require_closed_quotes(rejects, opened)
    require_two_labels(blocks, opened)
    raw = joined(opened, blocks, rejects)
    if not opened.file.has_last_line_end:
        require_whole_end(raw)
    return raw


def _read_good(
    opened: OpenFile, folder: Path, options: ReadOptions
) -> tuple[list[Block], list[Reject]] | None:
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
    blocks: list[Block] = []
    memory = Memory(folder, options.kept_bytes)
    for cells in batches:
        rows = check.all_good(cells)
        if rows is None:
            return None
        blocks.append(block_of(rows, spec, memory.path_of(rows.good)))
    is_good = batches.is_complete and not batches.rejects
    return (numbered_through(blocks), []) if is_good else None


def _read_all(
    opened: OpenFile, folder: Path, options: ReadOptions
) -> tuple[list[Block], list[Reject]]:
    """Read a file with every cell as text, so that each bad row can be shown as it is."""
    batches: Batches = opened.table.batches(opened.table.names)
    check = RowCheck(opened.spec, options.described_rows)
    memory = Memory(folder, options.kept_bytes)
    checked = (check(cells) for cells in batches)
    blocks = [block_of(rows, opened.spec, memory.path_of(rows.good)) for rows in checked]
    return numbered_through(blocks), batches.rejects
