"""Compare: five algorithms on three folds of the reference data, by the command.

The floor is the fits alone, as long as each took, shared by the two processes without a gap: what
is beyond it is reading, scoring, every interval and paired test, the pictures, and the recording.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks._local import local_aws
from foundation.settings import Settings, state_directory

TARGET_SECONDS = 180
WORKERS = 2
FITS = 4  # of each algorithm: three folds, and the model of all training rows


def main() -> None:
    csv = state_directory() / "data" / "creditcard.csv"
    if not csv.exists():
        print(f"There is no {csv}, so nothing was measured. Get it with: ceap data fetch")
        return
    with local_aws() as settings:
        measure(csv, settings)


def measure(csv: Path, settings: Settings) -> None:
    environment = {**os.environ, "CEAP_STATE_DIRECTORY": str(settings.state_directory)}
    ceap("data", "ingest", str(csv), environment=environment)
    began = time.perf_counter()
    ceap("compare", "--workers", str(WORKERS), environment=environment)
    taken = time.perf_counter() - began
    fits = fit_seconds(environment)
    for name, seconds in fits.items():
        print(f"  one fit on all training rows, {name:20} {seconds:6.1f} s, one thread")
    floor = FITS * sum(fits.values()) / WORKERS
    verdict = "PASS" if taken <= TARGET_SECONDS else "ABOVE"
    print(f"  floor (the fits alone, shared by {WORKERS})           {floor:6.1f} s")
    print(
        f"  ceap compare, with the MLflow store it makes     {taken:6.1f} s, "
        f"{taken / floor:.2f} of the floor; target {TARGET_SECONDS} s: {verdict}"
    )


def fit_seconds(environment: dict[str, str]) -> dict[str, float]:
    """What the comparison recorded: the seconds of one fit of each algorithm."""
    script = (
        "import json; from experiments import leaderboard; "
        "print(json.dumps(dict(leaderboard().select('name', 'fit_seconds').iter_rows())))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def ceap(*words: str, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "ceap", *words]
    subprocess.run(command, env=environment, check=True, capture_output=True)
