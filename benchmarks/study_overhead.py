"""Study: what one trial costs beside its fit, and what a second worker brings.

The floor is Optuna itself on a journal of its own, drawing the same parameters with the same
sampler; both do nothing with them. The second figure is from trials that keep one core busy.
"""

import os
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path

import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import TPESampler
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from experiments.search.opening import open_study
from experiments.search.pruning import Report
from experiments.search.request import StudyRequest
from experiments.search.space import SearchSpace
from experiments.search.trials import Outcome, Suggestion
from experiments.search.workers import run_workers

TRIALS, ROUNDS = 100, 3
TARGET_MILLISECONDS = 10.0
BUSY_SECONDS, BUSY_TRIALS = 1.0, 16
TARGET_SPEEDUP = 1.7
SPACE = SearchSpace.over(["xgboost"])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report_overhead(Path(folder))
        report_workers(Path(folder))


def report_overhead(folder: Path) -> None:
    bare, ours = [], []
    for number in range(ROUNDS):
        bare.append(bare_optuna(folder / f"bare-{number}"))
        ours.append(our_study(folder / f"ours-{number}"))
    floor, median = statistics.median(bare), statistics.median(ours)
    verdict = "reached" if median <= TARGET_MILLISECONDS else "MISSED"
    print(f"  floor (Optuna on its own journal)   {floor:8.1f} ms a trial")
    print(
        f"  a study on a journal                {median:8.1f} ms a trial   "
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


def our_study(journal: Path) -> float:
    def nothing(suggestion: Suggestion, _: Report) -> Outcome:
        return Outcome(float(suggestion.hyperparameters["subsample"]))

    start = time.perf_counter()
    open_study(request("nothing", TRIALS), journal).work(nothing)
    return 1_000 * (time.perf_counter() - start) / TRIALS


def report_workers(folder: Path) -> None:
    rates = {count: trials_a_minute(folder / f"busy-{count}", count) for count in (1, 2)}
    speedup = rates[2] / rates[1]
    verdict = "reached" if speedup >= TARGET_SPEEDUP else "MISSED"
    print(f"  floor (one worker)                  {rates[1]:8.1f} trials a minute")
    print(f"  two workers                         {rates[2]:8.1f} trials a minute")
    print(f"  a second worker brings              {speedup:8.2f} x   ", end="")
    print(f"target {TARGET_SPEEDUP} x: {verdict}   ({os.cpu_count()} cores)")


def trials_a_minute(journal: Path, workers: int) -> float:
    """Of the whole run: starting the processes is a part of it."""
    study = open_study(request("busy", BUSY_TRIALS), journal)
    command = [sys.executable, "-m", "benchmarks.study_overhead", str(journal)]
    start = time.perf_counter()
    run_workers(command, study=study, count=workers)
    return 60 * BUSY_TRIALS / (time.perf_counter() - start)


def busy(suggestion: Suggestion, _: Report) -> Outcome:
    """Keep one core busy for its own second, however many share the machine."""
    start = time.process_time()
    while time.process_time() - start < BUSY_SECONDS:
        pass
    return Outcome(float(suggestion.slot))


def request(name: str, trials: int) -> StudyRequest:
    return StudyRequest(
        name=name, seed=1, search_space=SPACE, trials=trials, data_digest="of no data"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        open_study(request("busy", BUSY_TRIALS), sys.argv[1]).work(busy)
    else:
        main()
