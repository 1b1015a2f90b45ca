"""Prepare: the whole function beside a bare polars read and write, and ten times the rows.

Every measurement runs in a process of its own, so that none is paid for by another's caches, and
its memory is its own.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from catalog.preparation import Preparation, RawData, prepare_file
from catalog.prepared_data import data_spec
from catalog.raw_checks import Origin
from foundation.settings import state_directory

REPETITIONS = 5
TURNS = 3
TIMES_THE_FLOOR = 1.5
TIMES_THE_TIME = 11.0  # for ten times the rows
PEAK_GIGABYTES = 1.0


def main() -> None:
    csv = state_directory() / "data" / "creditcard.csv"
    if not csv.exists():
        print(f"There is no {csv}, so nothing was measured. Get it with: ceap data fetch")
        return
    both = measured("both", csv)
    print(f"  floor (read_csv, three write_parquet)  {both['floor']:6.2f} s")
    report("prepare, the whole function", both["ours"], both["floor"], TIMES_THE_FLOOR)
    with tempfile.TemporaryDirectory(prefix="ceap-benchmark-") as folder:
        large = ten_times(csv, Path(folder, csv.name))
        turns = [(measured("ours", csv), measured("ours", large)) for _ in range(TURNS)]
    one = min((turn[0] for turn in turns), key=lambda run: run["ours"])
    ten = min((turn[1] for turn in turns), key=lambda run: run["ours"])
    print(f"  one time the rows, a fresh process     {one['ours']:6.2f} s")
    report("ten times the rows", ten["ours"], one["ours"], TIMES_THE_TIME)
    held = ten["peak"] / 1e9
    print(
        f"  its peak memory (ru_maxrss)            {held:6.2f} GB, target {PEAK_GIGABYTES:g}: "
        f"{verdict(held <= PEAK_GIGABYTES)}"
    )


def report(what: str, ours: float, floor: float, target: float) -> None:
    ratio = ours / floor
    print(
        f"  {what:38} {ours:6.2f} s, {ratio:.2f} times that, target {target:g}: "
        f"{verdict(ratio <= target)}"
    )


def verdict(reached: bool) -> str:
    return "PASS" if reached else "ABOVE"


def ten_times(csv: Path, path: Path) -> Path:
    """Write the rows ten times, each time with another digit before `Time`: none are equal."""
    with csv.open("rb") as source, path.open("wb") as target:
        target.write(source.readline())
        first = source.tell()
        for digit in b"0123456789":
            source.seek(first)
            target.write(bytes([digit]))
            while block := source.read(1 << 24):
                target.write(block.replace(b"\n", b"\n%c" % digit))
            target.seek(-1, os.SEEK_CUR)  # the digit before the row that does not follow
        target.truncate()
    return path


def measured(what: str, csv: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.prepare", what, str(csv)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def measure(what: str, csv: Path) -> dict[str, float]:
    """Take the best of some turns of ours and the floor, or one turn of ours."""
    turns = REPETITIONS if what == "both" else 1
    runs = [(seconds(ours, csv), seconds(floor, csv) if turns > 1 else 0.0) for _ in range(turns)]
    units = 1 if sys.platform == "darwin" else 1024
    return {
        "ours": min(run[0] for run in runs),
        "floor": min(run[1] for run in runs),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * units,
    }


def seconds(action: Callable[[Path, Path], None], csv: Path) -> float:
    with tempfile.TemporaryDirectory(prefix="ceap-benchmark-") as folder:
        start = time.perf_counter()
        action(csv, Path(folder))
        return time.perf_counter() - start


def ours(csv: Path, folder: Path) -> None:
    raw = RawData(csv, data_spec("creditcard"), Origin())
    prepare_file(raw, Preparation(require_digest=False), folder, now=datetime.now(UTC))


def floor(csv: Path, folder: Path) -> None:
    # Time is an integer in the first rows and 1e+05 in a later one.
    table = pl.read_csv(csv, schema_overrides={"Time": pl.Float64})
    ends = [round(table.height * share) for share in (0.0, 0.7, 0.85, 1.0)]
    for name, start, end in zip(("train", "validation", "test"), ends, ends[1:], strict=False):
        table[start:end].write_parquet(folder / f"{name}.parquet", compression="zstd")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
    else:
        main()
