"""Raw table: the good rows of a whole raw file, kept for a second pass, and its bad rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from catalog.reading.open_file import OpenFile
from fraud.data.arrays import Fingerprints, Flags, Floats, Integers, Labels
from fraud.data.spec import DataSpec


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
    source: OpenFile
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
