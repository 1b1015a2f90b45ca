"""Fits that end their process, and as a script a pool of fits that never end, each of which
prints a line once it has begun."""

import os
import signal
import time
from typing import Any

from experiments.evaluation.fitting import FitRequest
from experiments.evaluation.process_pool import open_fit_pool
from fakes.data.labelled_rows import fake_rows
from fraud.data.folds import FoldPlan, make_folds
from fraud.metrics.costs import Costs

WORKERS = 2


class Endless:
    """A model specification whose fit never ends."""

    algorithm = "neural_network"  # what a process imports before the fit

    def fit(self, *_: object) -> Any:
        os.write(1, b"began\n")
        time.sleep(3600)


class Deadly:
    """A model specification whose fit ends its process, as memory that runs out does."""

    algorithm = "xgboost"

    def fit(self, *_: object) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    rows = fake_rows(1, 900)
    endless: Any = Endless()
    requests = [
        FitRequest(endless, fold, Costs()) for fold in make_folds(rows, FoldPlan(folds=WORKERS))
    ]
    with open_fit_pool(rows, WORKERS) as pool:
        pool.run(requests, lambda *_: None)
