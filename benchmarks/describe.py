"""Describe: every row of the reference file looked at, and its description drafted.

Each turn runs in a process of its own, imports included, beside the bare reader of the same file.
"""

import subprocess
import sys
import time

from foundation.settings import state_directory

SECONDS = 3.0
TURNS = 3
OURS = "from pathlib import Path; from experiments import describe; describe(Path({path!r}))"
FLOOR = (
    "import duckdb; "
    "duckdb.sql('SELECT count(COLUMNS(*)) FROM read_csv(?, all_varchar=true)', params=[{path!r}])"
    ".fetchall()"
)


def main() -> None:
    csv = state_directory() / "data" / "creditcard.csv"
    if not csv.exists():
        print(f"There is no {csv}, so nothing was measured. Get it with: ceap data fetch")
        return
    path = str(csv)
    codes = OURS.format(path=path), FLOOR.format(path=path)
    turns = [tuple(map(seconds, codes)) for _ in range(TURNS)]
    ours, floor = (min(column) for column in zip(*turns, strict=True))
    reached = "PASS" if ours <= SECONDS else "ABOVE"
    print(f"  floor (DuckDB reads every cell)        {floor:6.2f} s")
    print(f"  describe, a fresh process              {ours:6.2f} s, {ours / floor:.1f} times that")
    print(f"  target {SECONDS:g} s: {reached}")


def seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
