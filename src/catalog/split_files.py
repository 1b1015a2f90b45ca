"""Split files: train, validation and test, written as Parquet block by block."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from polars.io.plugins import register_io_source

from catalog.reading.raw_table import RawTable
from foundation.digests import digest_of_file
from foundation.errors import InvalidData
from foundation.locations import SPLITS, Split
from foundation.wording import counted
from fraud.data.arrays import Assignment, Integers
from fraud.data.spec import DataSpec
from fraud.data.splits import SplitPlan, assign_splits, first_copies
from fraud.data.validation import stored_schema
from fraud.leakage import checks
from fraud.leakage.checks import LeakageFinding, SplitCounts

LEAST_FRAUDS = 10  # fewer say nothing of what frauds have in common
ROWS_A_GROUP = 50_000
ZSTD_LEVEL = 1  # in half the time of level 3, and measured digits compress as well: 0.4 % apart


class SplitFile(SplitCounts):
    """One split file and its content counts; times are in seconds, as in the raw file."""

    sha256: str
    bytes: int
    fraud_share: float


@dataclass(frozen=True)
class SplitTable:
    """A raw table and its split assignment: `splits[i]` is the index in SPLITS of row i."""

    raw: RawTable
    plan: SplitPlan
    copies: Integers
    splits: Assignment

    @property
    def duplicates(self) -> tuple[int, int]:
        """The number of rows that repeat an earlier row, and how many of those are frauds."""
        repeats = self.copies != np.arange(len(self.copies))
        return int(repeats.sum()), int(self.raw.labels[repeats].sum())

    @cached_property
    def counts(self) -> dict[Split, SplitCounts]:
        """Rows, frauds and time range of each split."""
        return {name: self._counts(name) for name in SPLITS}

    def _counts(self, name: Split) -> SplitCounts:
        chosen = self.splits == SPLITS.index(name)
        times = None if self.raw.times is None else self.raw.times[chosen]
        return SplitCounts(
            rows=int(chosen.sum()),
            frauds=int(self.raw.labels[chosen].sum()),
            first_time=None if times is None else float(times.min(initial=np.inf)),
            last_time=None if times is None else float(times.max(initial=-np.inf)),
        )


def split_rows(raw: RawTable, plan: SplitPlan) -> SplitTable:
    """Assign rows to splits.

    Raises:
        InvalidData: A split has too few frauds to fit or evaluate.
        RoleMissing: The plan is to split by time, and the data has no time.
    """
    copies = first_copies(raw.fingerprints)
    splits = assign_splits(plan, labels=raw.labels, times=raw.times, copies=copies)
    table = SplitTable(raw, plan, copies, splits)
    if problems := _too_few(table):
        listed = "\n".join(f"  - {problem}" for problem in problems)
        message = (
            f"{raw.name} cannot be split into rows to learn from and rows to measure on:\n{listed}"
            f"\nNothing was prepared. {_way_out(table)}"
        )
        raise InvalidData(message)
    return table


def _way_out(table: SplitTable) -> str:
    """Return what can give each split both kinds of rows: nothing that cannot, or is so already."""
    frauds, others = int(table.raw.labels.sum()), int((table.raw.labels == 0).sum())
    least = LEAST_FRAUDS + len(SPLITS) - 1  # the train split, and one for each of the others
    if frauds < least or others < len(SPLITS):
        return (
            f"No split of these rows will do: give a file with at least {least} frauds and "
            f"{len(SPLITS)} others."
        )
    is_dealt = table.plan.method == "stratified"
    method = "" if is_dealt else "method: stratified, which spreads the frauds evenly; or "
    return f"Choose {method}other shares (train_share, validation_share); or give more rows."


def _too_few(table: SplitTable) -> list[str]:
    name, rows, frauds = table.raw.name, len(table.raw.labels), int(table.raw.labels.sum())
    if frauds in (0, rows):
        only = "fraud" if frauds else "legitimate"
        return [f"All {rows:,} good rows are {only}: there is nothing to tell apart."]
    problems = [
        f"The {split} split of {name} would have {counted(counts.frauds, 'fraud')} among "
        f"{counts.rows:,} rows; it needs frauds and others."
        for split, counts in table.counts.items()
        if not 0 < counts.frauds < counts.rows
    ]
    learned_from = table.counts["train"].frauds
    if learned_from < LEAST_FRAUDS:
        problems.append(
            f"A model learns from {LEAST_FRAUDS} frauds at least: the train split would have "
            f"{learned_from:,}, of {frauds:,} in all."
        )
    return problems


def write_splits(
    table: SplitTable, folder: Path, spec: DataSpec
) -> tuple[dict[Split, SplitFile], list[LeakageFinding]]:
    """Write each split to `folder`, and run the leakage checks meanwhile."""
    # Side by side, because a digest and a Parquet page are each the work of one core.
    with ThreadPoolExecutor() as pool:
        findings = pool.submit(leakage_findings, table, spec)
        files = {name: pool.submit(_write_split, table, name, folder, spec) for name in SPLITS}
        return {name: file.result() for name, file in files.items()}, findings.result()


def _write_split(table: SplitTable, name: Split, folder: Path, spec: DataSpec) -> SplitFile:
    """Write the rows of one split in file order; equal rows give equal bytes."""
    chosen = pl.Series(table.splits == SPLITS.index(name))
    path = folder / f"{name}.parquet"

    def batches(*_: Any) -> Iterator[pl.DataFrame]:
        start = 0
        for rows in table.raw.tables():
            yield rows.filter(chosen[start : start + rows.height])
            start += rows.height

    source = register_io_source(batches, schema=stored_schema(spec))
    source.sink_parquet(
        path, compression="zstd", compression_level=ZSTD_LEVEL, row_group_size=ROWS_A_GROUP
    )
    counts = table.counts[name]
    return SplitFile(
        **counts.model_dump(),
        sha256=digest_of_file(path),
        bytes=path.stat().st_size,
        fraud_share=counts.frauds / counts.rows,
    )


def leakage_findings(table: SplitTable, spec: DataSpec) -> list[LeakageFinding]:
    """Run the leakage checks on a sample of the rows, and on the counts of all of them."""
    chosen = checks.sampled_rows(table.raw.labels, table.plan.seed)
    sample = rows_at(table.raw, chosen).select(*spec.model_columns, spec.label)
    findings = [
        checks.duplicates_across_splits(table.copies, table.splits),
        checks.label_leaking_columns(sample, spec.label),
        checks.constant_columns(sample, spec.label),
        checks.fraud_share_drift(table.counts),
    ]
    if table.plan.method == "time":
        findings.append(checks.time_overlap(table.counts))
    return findings


def rows_at(raw: RawTable, numbers: Integers) -> pl.DataFrame:
    """Return the rows with the given sorted positions in the whole table."""
    gathered, start = [], 0
    for rows in raw.tables():
        low, high = np.searchsorted(numbers, [start, start + rows.height])
        gathered.append(rows[numbers[low:high] - start])
        start += rows.height
    return pl.concat(gathered)
