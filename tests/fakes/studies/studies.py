"""Studies: requests to make, and what the law compares."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from experiments.search.request import StudyRequest
from experiments.search.space import SearchSpace
from experiments.search.trials import FinishedTrial

WORKER = Path(__file__).with_name("study_worker.py")
SPACE = SearchSpace.over(
    ["xgboost", "logistic_regression"],
    {"xgboost": {"max_depth": [3, 10], "learning_rate": [0.02, 0.3]}},
)


def study_request(**changed: Any) -> StudyRequest:
    facts = {"name": "hill", "seed": 7, "search_space": SPACE, "trials": 20, "batch_size": 4}
    return StudyRequest(**facts | {"data_digest": "d" * 64} | changed)


def law(trials: list[FinishedTrial]) -> list[tuple[Any, ...]]:
    """All of the trials but how long they took: the same for every run of a study."""
    return [tuple(value for name, value in vars(t).items() if name != "seconds") for t in trials]


def worker_command(name: str, where: Path | str, *dangers: float) -> list[str]:
    return [sys.executable, str(WORKER), name, str(where), *map(str, dangers)]


def worker_environment() -> dict[str, str]:
    return {"PYTHONPATH": str(WORKER.parents[2])}


def start_worker(*arguments: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, **worker_environment(), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(worker_command(*arguments), env=environment)
