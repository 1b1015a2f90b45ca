"""A fit pool whose fits never end; each prints a line once it has begun. Run as a script."""

import os
import time
from typing import Any

from experiments.evaluation.fit_pool import FitRequest, open_fit_pool
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


if __name__ == "__main__":
    rows = fake_rows(1, 900)
    endless: Any = Endless()
    requests = [
        FitRequest(endless, fold, Costs()) for fold in make_folds(rows, FoldPlan(folds=WORKERS))
    ]
    with open_fit_pool(rows, WORKERS) as pool:
        pool.run(requests, lambda *_: None)
