"""Rivals: other people's searches, each in an environment and a process of its own."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from foundation.settings import state_directory
from fraud.data.arrays import Floats

HERE = Path(__file__).parent
CORES = 2
PATIENCE_SECONDS = 600.0  # beyond its time, before a contender is stopped
INSTALL_SECONDS = 1800.0


@dataclass(frozen=True)
class Contender:
    """A script that speaks `rivals/exchange.py`; with `packages`, under an environment of them."""

    name: str
    script: Path
    packages: Path | None = None


@dataclass(frozen=True)
class Answer:
    """The scores of the test rows, the seconds of the process and of its fit, what it chose."""

    scores: Floats
    seconds: float
    fit_seconds: float
    chosen: str


class ContenderFailed(Exception):
    """A contender that gave no scores, or could not be installed; the others go on."""


OURS = Contender("ours", HERE / "_quality_ours.py")
FLOOR = Contender("xgboost, defaults", HERE / "rivals" / "untuned_xgboost.py")
RIVALS = tuple(
    Contender(
        name,
        HERE / "rivals" / f"search_with_{name}.py",
        HERE / "rivals" / f"{name}-requirements.txt",
    )
    for name in ("flaml", "autogluon")
)


def interpreter(contender: Contender) -> Path:
    """Find the Python of a contender, and build its environment where there is none like it.

    Raises ContenderFailed, with the end of what pip said.
    """
    if contender.packages is None:
        return Path(sys.executable)
    folder = state_directory() / "rivals" / contender.name
    python, installed = folder / "bin" / "python", folder / "installed.txt"
    wanted = contender.packages.read_text()
    if not (installed.exists() and installed.read_text() == wanted):
        start = time.perf_counter()
        _install(folder, python, contender.packages)
        installed.write_text(wanted)
        megabytes = sum(path.lstat().st_size for path in folder.rglob("*")) / 1e6
        seconds = time.perf_counter() - start
        print(f"  installed {contender.name}: {seconds:.0f} s, {megabytes:,.0f} MB", flush=True)
    return python


def _install(folder: Path, python: Path, packages: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", str(folder)], [*pip, "-r", str(packages)]):
        _said(command, INSTALL_SECONDS)


def answer(contender: Contender, python: Path, folder: Path, seconds: float) -> Answer:
    """Let a contender fit for `seconds` on two cores; raises ContenderFailed without scores."""
    place = folder / "answers" / contender.name.replace(", ", "-")
    place.mkdir(parents=True)
    command = [str(python), "-W", "ignore", str(contender.script)]
    start = time.perf_counter()
    with two_cores():
        _said([*command, str(folder), str(seconds), str(place)], seconds + PATIENCE_SECONDS)
    taken = time.perf_counter() - start
    said = json.loads((place / "said.json").read_text())
    return Answer(np.load(place / "scores.npy"), taken, said["fit_seconds"], said["chosen"])


def _said(command: list[str], timeout: float) -> str:
    """Run to the end and give the output; ContenderFailed with its last lines."""
    paths = os.pathsep.join([str(HERE.parent), str(HERE / "rivals")])
    variables = {**os.environ, "OMP_NUM_THREADS": str(CORES), "PYTHONPATH": paths}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=timeout, env=variables, check=True
        )
    except subprocess.CalledProcessError as error:
        message = "\n    ".join(error.stderr.splitlines()[-5:])
        raise ContenderFailed(message) from error
    except (subprocess.TimeoutExpired, OSError) as error:
        raise ContenderFailed(str(error)) from error
    return done.stdout


@contextmanager
def two_cores() -> Iterator[None]:
    """Hold this process, and those it starts, to two cores where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:CORES])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
