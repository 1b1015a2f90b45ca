"""A fit pool without processes: each costs seconds to start, and fits the same to the last bit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from experiments.evaluation import cross_validation
from experiments.evaluation.fit_pool import FitPool, FitRequest, FitResult, OnDone, judged
from experiments.exploration import run as exploration
from fraud.data.labelled_rows import LabelledRows


class LocalFitPool(FitPool):
    """Makes the fits one after another, in this process."""

    def __init__(self, rows: LabelledRows) -> None:
        self._rows = rows

    def judge(self, fits: Sequence[FitRequest], on_done: OnDone) -> list[FitResult]:
        found: list[FitResult] = []
        for fit in fits:
            found.append(judged(fit, self._rows))
            on_done(fit, found[-1])
        return found


@contextmanager
def local_fit_pools() -> Iterator[None]:
    """Fit in this process whatever is compared, tuned or explored within the block."""

    @contextmanager
    def open_local(rows: LabelledRows, workers: int) -> Iterator[FitPool]:
        yield LocalFitPool(rows)

    with pytest.MonkeyPatch.context() as patch:
        for module in (cross_validation, exploration):
            patch.setattr(module, "open_fit_pool", open_local)
        yield
