"""Pipelines: both, by their commands, each stage a cold notebook, on the reference data."""

import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks._local import local_aws
from foundation.settings import Settings, state_directory

TRAINING_SECONDS, INFERENCE_SECONDS = 60, 20
DAYS = ("2026-11-20", "2026-11-21")


def main() -> None:
    csv = state_directory() / "data" / "creditcard.csv"
    if not csv.exists():
        print(f"There is no {csv}, so nothing was measured. Get it with: ceap data fetch")
        return
    with local_aws() as settings:
        measure(csv, settings)


def measure(csv: Path, settings: Settings) -> None:
    ceap(settings, "data", "ingest", str(csv))
    first = ceap(settings, "run", "training")
    print(f"  training, the first (it makes the MLflow store)  {first:5.1f} s")
    report("training", ceap(settings, "run", "training"), TRAINING_SECONDS)
    ceap(settings, "data", "daily-batch", "--date", DAYS[-1], "--days", str(len(DAYS)))
    for day in DAYS:
        taken = ceap(settings, "run", "inference", "--date", day)
        report(f"inference, 10,000 transactions of {day}", taken, INFERENCE_SECONDS)


def report(what: str, seconds: float, target: float) -> None:
    verdict = "PASS" if seconds <= target else "ABOVE"
    print(f"  {what:48} {seconds:5.1f} s, target {target} s: {verdict}", flush=True)


def ceap(settings: Settings, *words: str) -> float:
    """Run a command to its end; return the seconds from its start."""
    environment = {**os.environ, "CEAP_STATE_DIRECTORY": str(settings.state_directory)}
    began = time.perf_counter()
    command = [sys.executable, "-m", "ceap", *words]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began
