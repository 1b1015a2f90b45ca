"""Exchange: the folder through which the referee and a contender speak, in numpy and JSON alone.

The referee leaves the development rows, and the features of the test rows, whose labels it keeps. A
contender is a function of the development rows and the seconds it has; it returns what scores rows
and a word on what it chose. Only then is the test file opened, and scored once.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Scorer = Callable[[Array], Array]


@dataclass(frozen=True)
class Development:
    """Rows [n, d] in the order of the raw file, their labels, and which the split validates on."""

    columns: list[str]
    rows: Array
    labels: Array
    is_validation: Array
    by_time: bool


Contender = Callable[[Development, float, Path], tuple[Scorer, str]]


def leave(folder: Path, development: Development, test: Array) -> None:
    about = {"columns": development.columns, "by_time": development.by_time}
    (folder / "about.json").write_text(json.dumps(about))
    np.save(folder / "rows.npy", development.rows)
    np.save(folder / "labels.npy", development.labels)
    np.save(folder / "is_validation.npy", development.is_validation)
    np.save(folder / "test.npy", test)


def development_rows(folder: Path) -> Development:
    about = json.loads((folder / "about.json").read_text())
    names = ("rows", "labels", "is_validation")
    arrays = {name: np.load(folder / f"{name}.npy") for name in names}
    return Development(columns=about["columns"], by_time=about["by_time"], **arrays)


def run(contender: Contender) -> None:
    """Be the process of a contender: folder, seconds, and the folder of its answer."""
    folder, seconds, answer = Path(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])
    start = time.perf_counter()
    scorer, chosen = contender(development_rows(folder), seconds, answer)
    fitted = time.perf_counter() - start
    np.save(answer / "scores.npy", np.asarray(scorer(np.load(folder / "test.npy")), dtype=float))
    said = {"fit_seconds": fitted, "chosen": chosen}
    (answer / "said.json").write_text(json.dumps(said))
