"""The fit pool fits in parallel what it would fit alone, and names a killed process."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import Any

import numpy as np
import psutil
import pytest

from experiments.evaluation.fit_pool import OutOfTime
from experiments.evaluation.fitting import FitRequest, fit_and_score
from experiments.evaluation.model_spec import ModelSpec
from experiments.evaluation.process_pool import open_fit_pool
from fakes.data.labelled_rows import fake_rows
from fakes.processes.patience import PATIENCE_SECONDS
from fakes.studies.slow_fit_pool import WORKERS, Deadly, Endless
from foundation.errors import InvalidData, Unavailable
from fraud.data.folds import FoldPlan, make_folds
from fraud.metrics.costs import Costs

ROWS = fake_rows(1, 900)
FOLDS = make_folds(ROWS, FoldPlan(folds=2))
TREES = ModelSpec(algorithm="xgboost", hyperparameters={"n_estimators": 20})  # loads in a moment
FITS = [FitRequest(TREES, fold, Costs(), keeps_model=True) for fold in FOLDS]


def test_what_is_fitted_side_by_side_is_what_is_fitted_alone() -> None:
    heard: list[FitRequest] = []
    with open_fit_pool(ROWS, 2) as pool:
        parallel = pool.run(FITS, lambda fit, _: heard.append(fit))
    for fit, found in zip(FITS, parallel, strict=True):
        alone = fit_and_score(fit, ROWS)
        assert (found.scores == alone.scores).all()
        assert (found.threshold, found.cost_threshold) == (alone.threshold, alone.cost_threshold)
        assert found.files == alone.files
        assert found.size == sum(map(len, (found.files or {}).values()))
    assert len(heard) == len(FITS)


def test_what_a_fit_refuses_is_refused_here() -> None:
    lonely = replace(FITS[0].fold, train=np.flatnonzero(ROWS.labels == 0))
    with open_fit_pool(ROWS, 1) as pool, pytest.raises(InvalidData, match="0 frauds"):
        pool.run([FitRequest(TREES, lonely, Costs())], lambda *_: None)


def test_a_killed_process_costs_its_fits_and_nothing_else() -> None:
    killed: list[int] = []

    def kill(*_: object) -> None:
        for child in psutil.Process().children():
            if not killed and "spawn_main" in " ".join(child.cmdline()):
                os.kill(child.pid, signal.SIGKILL)
                killed.append(child.pid)

    with open_fit_pool(ROWS, 2) as pool:
        found = pool.run(FITS * 5, kill)
    assert killed
    alone = [fit_and_score(fit, ROWS).scores for fit in FITS] * 5
    for result, scores in zip(found, alone, strict=True):
        np.testing.assert_array_equal(result.scores, scores)


def test_a_fit_that_ends_every_process_is_named() -> None:
    deadly: Any = Deadly()
    named = r"each time that it fitted xgboost \(4 times\).* run the same again to go on\.$"
    with pytest.raises(Unavailable, match=named), open_fit_pool(ROWS, 1) as pool:
        pool.run([FitRequest(deadly, FOLDS[0], Costs())], lambda *_: None)


def test_fits_that_take_too_long_are_given_up_and_the_pool_goes_on() -> None:
    endless: Any = Endless()
    with open_fit_pool(ROWS, 2) as pool:
        with pytest.raises(OutOfTime):
            pool.run(
                [FitRequest(endless, FOLDS[0], Costs())], lambda *_: None, until=monotonic() + 0.1
            )
        [found] = pool.run(FITS[:1], lambda *_: None)
    np.testing.assert_array_equal(found.scores, fit_and_score(FITS[0], ROWS).scores)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_the_one_that_started_it(how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "fakes.studies.slow_fit_pool"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as parent:
        assert parent.stdout is not None
        for _ in range(WORKERS):
            assert parent.stdout.readline() == b"began\n"
        workers = psutil.Process(parent.pid).children()
        try:
            # Ctrl-C reaches the whole group, a kill only the one that it was meant for.
            os.killpg(parent.pid, how) if how == signal.SIGINT else parent.kill()
            _, survivors = psutil.wait_procs(workers, timeout=PATIENCE_SECONDS)
            assert survivors == []
            assert len(workers) >= WORKERS
            _, errors = parent.communicate(timeout=PATIENCE_SECONDS)
            assert errors.count(b"Traceback") == (how == signal.SIGINT)  # the parent's own
        finally:
            for process in (*workers, parent):
                with suppress(psutil.NoSuchProcess):
                    process.kill()
