"""Study: what one trial costs beside its fit, and what a second worker brings.

The floor is Optuna itself on a journal of its own, drawing the same parameters with the same
sampler; both do nothing with them. The second figure is from fits that keep one core busy.
"""

import os
import statistics
import tempfile
import time
import warnings
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from benchmarks._memory_store import MemoryStore
from experiments.evaluation.fit_pool import FitPool
from experiments.evaluation.fitting import FitRequest, FitResult
from experiments.evaluation.process_pool import process_executor
from experiments.search.journal import StudyJournal
from experiments.search.record import StudyRecord
from experiments.search.request import StudyRequest
from experiments.search.space import SearchSpace
from experiments.search.study import Study
from experiments.search.trials import FoldScore, Suggestion
from experiments.tuning.trial_fits import PooledFits
from fraud.data.folds import Fold
from fraud.metrics.costs import Costs
from fraud.model.recipe import Recipe

TRIALS, FOLDS, ROUNDS = 100, 3, 3
TARGET_MILLISECONDS = 10.0
BUSY_SECONDS, BUSY_TRIALS = 0.4, 16
TARGET_SPEEDUP = 1.8
SPACE = SearchSpace.over(["xgboost"])
NO_ROWS = np.empty(0, dtype=np.int64)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report_overhead(Path(folder))
    report_workers()


def report_overhead(folder: Path) -> None:
    bare, ours = [], []
    for number in range(ROUNDS):
        bare.append(bare_optuna(folder / f"bare-{number}"))
        ours.append(our_study(folder / f"ours-{number}"))
    floor, median = statistics.median(bare), statistics.median(ours)
    verdict = "reached" if median <= TARGET_MILLISECONDS else "MISSED"
    print(f"  floor (Optuna on its own journal)   {floor:8.1f} ms a trial")
    print(
        f"  a study with record and journal     {median:8.1f} ms a trial   "
        f"target {TARGET_MILLISECONDS:.0f} ms: {verdict}"
    )


def bare_optuna(journal: Path) -> float:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        sampler = TPESampler(multivariate=True, group=True, seed=1)
    storage = JournalStorage(JournalFileBackend(str(journal)))

    def nothing(trial: optuna.Trial) -> float:
        SPACE.draw(trial)
        return float(trial.params["xgboost.subsample"])

    start = time.perf_counter()
    study = optuna.create_study(storage=storage, sampler=sampler, direction="maximize")
    study.optimize(nothing, n_trials=TRIALS)
    return 1_000 * (time.perf_counter() - start) / TRIALS


class NoFits:
    """Fits that cost nothing."""

    folds, width = FOLDS, 1

    def __init__(self) -> None:
        self._running: list[tuple[Suggestion, int]] = []

    @property
    def pending(self) -> int:
        return len(self._running)

    def submit(self, suggestion: Suggestion, fold: int) -> None:
        self._running.append((suggestion, fold))

    def next_done(self) -> tuple[Suggestion, int, FoldScore]:
        suggestion, fold = self._running.pop()
        return suggestion, fold, FoldScore(float(suggestion.hyperparameters["subsample"]), 0.0)


def our_study(folder: Path) -> float:
    settings: Any = SimpleNamespace(workflow_bucket="memory", state_directory=folder)
    start = time.perf_counter()
    asked = request(TRIALS)
    record, journal = StudyRecord(asked, MemoryStore(), settings), StudyJournal("bench", settings)
    Study(asked, record).run(NoFits(), on_finished=journal.add)
    record.flush()
    return 1_000 * (time.perf_counter() - start) / TRIALS


def report_workers() -> None:
    rates = {count: trials_a_minute(count) for count in (1, 2)}
    speedup = rates[2] / rates[1]
    verdict = "reached" if speedup >= TARGET_SPEEDUP else "MISSED"
    print(f"  floor (one worker)                  {rates[1]:8.1f} trials a minute")
    print(f"  two workers                         {rates[2]:8.1f} trials a minute")
    print(f"  a second worker brings              {speedup:8.2f} x   ", end="")
    print(f"target {TARGET_SPEEDUP} x: {verdict}   ({os.cpu_count()} cores)")


def trials_a_minute(workers: int) -> float:
    """Of the whole run: starting the processes is a part of it."""
    settings: Any = SimpleNamespace(workflow_bucket="memory")
    asked = request(BUSY_TRIALS)
    folds = [Fold(NO_ROWS, NO_ROWS, NO_ROWS)] * FOLDS
    start = time.perf_counter()
    pool = FitPool(partial(process_executor, workers), busy, workers)
    study = Study(asked, StudyRecord(asked, MemoryStore(), settings))
    study.run(PooledFits(pool, folds, Recipe(), Costs()))
    pool.close()
    return 60 * BUSY_TRIALS / (time.perf_counter() - start)


def busy(of: FitRequest) -> FitResult:
    """Keep one core busy for its own time, however many share the machine."""
    start = time.process_time()
    while time.process_time() - start < BUSY_SECONDS:
        pass
    return FitResult(of.spec.seed / 2**31, np.empty(0), 0.5, None, BUSY_SECONDS, 0.0, 0)


def request(trials: int) -> StudyRequest:
    return StudyRequest(
        name="bench", seed=1, search_space=SPACE, trials=trials, data_digest="of no data"
    )


if __name__ == "__main__":
    main()
