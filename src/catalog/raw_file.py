"""Raw file: a CSV of any size, read once in blocks, validated, and kept for a second pass."""

import hashlib
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from foundation.errors import InvalidData
from fraud.data.arrays import Fingerprints, Flags, Floats, Integers, Labels
from fraud.data.spec import DataSpec
from fraud.data.validation import RowCheck, require_header

PARSERS = 2  # a block is parsed on one core; more of them only cost memory
HEADER_BYTES = 1 << 20
NO_IDS, NO_NUMBERS = np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class ReadOptions:
    """Options of reading a file; memory use is proportional to `block_bytes` and `kept_blocks`."""

    described_rows: int = 5  # bad rows of a block that are described; all are counted
    block_bytes: int = 8 << 20
    kept_blocks: int = 96  # about 350 MB of numbers; later blocks are written to disk


@dataclass(frozen=True)
class Block:
    """The good rows of one block, in memory or in a file, with what splitting needs of them."""

    rows: pl.DataFrame | Path
    labels: Labels
    times: Floats | None
    fingerprints: Fingerprints
    ids: Fingerprints
    numbers: Integers
    bad: pl.DataFrame
    reasons: dict[str, int]
    bad_count: int
    is_cut_off: bool  # the file ends here, without a line end


@dataclass(frozen=True)
class RawTable:
    """A whole raw file: its digest, its good rows in file order, and its bad rows.

    Rows that are equal to a model have equal `fingerprints`, and rows with the same identifier
    equal `ids`. `numbers` are the row numbers in the file, from 1. (`ids` and `numbers` are empty
    for data without identifiers, and `times` are None for data without a time.) Of the rows in
    `blocks`, those of the mask `kept` are good; all rows are, where `kept` is None.
    """

    name: str
    digest: str
    blocks: list[pl.DataFrame | Path]
    labels: Labels
    times: Floats | None
    fingerprints: Fingerprints
    ids: Fingerprints
    numbers: Integers
    bad: pl.DataFrame
    reasons: dict[str, int]
    bad_count: int
    kept: Flags | None = None

    @property
    def rows(self) -> int:
        """The number of rows of the file, good and bad."""
        return len(self.labels) + self.bad_count

    def tables(self) -> Iterator[pl.DataFrame]:
        """Yield the good rows, block by block, in file order."""
        start = 0
        for block in self.blocks:
            # From bytes, because the pages of a mapped file would count as memory.
            rows = pl.read_ipc(block.read_bytes()) if isinstance(block, Path) else block
            end = start + rows.height
            yield rows if self.kept is None else rows.filter(pl.Series(self.kept[start:end]))
            start = end


def read_raw(path: Path, spec: DataSpec, folder: Path, reading: ReadOptions) -> RawTable:
    """Read and validate `path`; rows beyond the memory limit are written to `folder`.

    Raises InvalidData for an empty file, wrong columns, or an end inside a row.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        header = file.readline(HEADER_BYTES)
        digest.update(header)
        columns = _columns(header, path.name)
        require_header(columns, spec, file=path.name)
        check = RowCheck(columns, spec, reading.described_rows)
        texts = _texts(file, digest, reading.block_bytes)
        blocks = list(_numbered(_parsed(texts, check, folder, reading.kept_blocks)))
    if not blocks:
        message = f"{path.name} has a header and no rows. Nothing was prepared."
        raise InvalidData(message)
    table = RawTable(
        name=path.name,
        digest=digest.hexdigest(),
        blocks=[block.rows for block in blocks],
        labels=np.concatenate([block.labels for block in blocks]),
        times=_all_times(blocks),
        fingerprints=np.concatenate([block.fingerprints for block in blocks]),
        ids=np.concatenate([block.ids for block in blocks]),
        numbers=np.concatenate([block.numbers for block in blocks]),
        bad=pl.concat([block.bad for block in blocks]),
        reasons=dict(sum((Counter(block.reasons) for block in blocks), Counter())),
        bad_count=sum(block.bad_count for block in blocks),
    )
    if blocks[-1].is_cut_off:
        _refuse_half_a_row(table)
    return table


def _all_times(blocks: list[Block]) -> Floats | None:
    times = [block.times for block in blocks if block.times is not None]
    return np.concatenate(times) if times else None


def _columns(header: bytes, name: str) -> tuple[str, ...]:
    if not header.strip():
        message = f"{name} is empty. Nothing was prepared. Get it again: ceap data fetch"
        raise InvalidData(message)
    text = header.decode("utf-8-sig", errors="replace").replace('"', "")
    return tuple(name.strip() for name in text.split(","))


def _texts(file: BinaryIO, digest: "hashlib._Hash", block_bytes: int) -> Iterator[bytes]:
    """Cut the rest of `file` into blocks of whole lines, without the empty ones at its end."""
    carried = b""
    while data := _whole_lines(file, block_bytes):
        # Empty lines are rows if rows follow; at the end of the file they are nothing.
        lines, carried = _without_last_empty_lines(carried + data.replace(b"\r", b""))
        if lines:
            yield lines
        digest.update(data)  # after the yield: others read the lines meanwhile


def _whole_lines(file: BinaryIO, least_bytes: int) -> bytes:
    """Read at least `least_bytes`, up to the end of a line; nothing at the end of the file."""
    start = file.tell()
    # Look for the end first: to join what was read to the rest of a line is to copy it all.
    file.seek(start + least_bytes)
    file.readline()
    end = file.tell()
    file.seek(start)
    return file.read(end - start)


def _without_last_empty_lines(text: bytes) -> tuple[bytes, bytes]:
    if text != b"\n" and not text.endswith(b"\n\n"):
        return text, b""
    lines = text.rstrip(b"\n")
    lines = lines + b"\n" if lines else b""
    return lines, text[len(lines) :]


def _parsed(
    texts: Iterator[bytes], check: RowCheck, folder: Path, kept_blocks: int
) -> Iterator[Block]:
    with ThreadPoolExecutor(PARSERS) as pool:
        waiting: deque[Future[Block]] = deque()
        for number, text in enumerate(texts):
            path = None if number < kept_blocks else folder / f"{number}.arrow"
            waiting.append(pool.submit(_block, text, check, path))
            if len(waiting) > PARSERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _numbered(blocks: Iterator[Block]) -> Iterator[Block]:
    """Shift row numbers from positions within a block to positions within the file."""
    before = 0
    for block in blocks:
        bad = block.bad.with_columns(pl.col("row") + before)
        yield replace(block, bad=bad, numbers=block.numbers + before)
        before += len(block.labels) + block.bad_count


def _block(text: bytes, check: RowCheck, path: Path | None) -> Block:
    rows, spec = check(text), check.spec
    if path:
        rows.good.write_ipc(path, compression="uncompressed")
    return Block(
        rows=path or rows.good,
        labels=rows.good[spec.label].to_numpy(),
        times=None if spec.time is None else rows.good[spec.time].to_numpy(),
        fingerprints=rows.good.select(*spec.model_columns, spec.label).hash_rows().to_numpy(),
        ids=rows.good[spec.id].hash().to_numpy() if spec.id is not None else NO_IDS,
        numbers=1 + rows.lines if spec.id is not None else NO_NUMBERS,
        bad=rows.bad,
        reasons=rows.reasons,
        bad_count=rows.bad_count,
        is_cut_off=not text.endswith(b"\n"),
    )


def _refuse_half_a_row(raw: RawTable) -> None:
    last = raw.rows
    half = raw.bad.filter(pl.col("row") == last)
    if half.height:
        message = (
            f"The file ends in the middle of row {last:,} ({half['reason'][0]}): it was cut off, "
            "and more may be missing. Nothing was prepared. Get it again: ceap data fetch"
        )
        raise InvalidData(message)
