"""The fit pool fits in parallel what it would fit alone, and names a killed process."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace

import numpy as np
import psutil
import pytest

from experiments.evaluation.fit_pool import (
    FitRequest,
    fit_and_score,
    open_fit_pool,
)
from experiments.evaluation.model_spec import ModelSpec
from fakes.data.labelled_rows import fake_rows
from fakes.processes.patience import PATIENCE_SECONDS
from fakes.studies.slow_fit_pool import WORKERS
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


def test_a_killed_process_is_named_as_the_cause() -> None:
    def kill(*_: object) -> None:
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                os.kill(child.pid, signal.SIGKILL)

    killed = r"was killed.* run the same again to go on\.$"  # no fewer workers than the one
    with pytest.raises(Unavailable, match=killed), open_fit_pool(ROWS, 1) as pool:
        pool.run(FITS * 5, kill)


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
