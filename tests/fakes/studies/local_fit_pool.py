"""A fit pool without processes: each costs seconds to start, and fits the same to the last bit."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from experiments.evaluation import cross_validation
from experiments.evaluation.fit_pool import FitPool, FitRequest, FitResult, OnDone, fit_and_score
from experiments.exploration import run as exploration
from fraud.data.labelled_rows import LabelledRows


class LocalFitPool(FitPool):
    """Makes the fits one after another, in this process."""

    def __init__(self, rows: LabelledRows) -> None:
        self._rows = rows

    def run(self, requests: Sequence[FitRequest], on_done: OnDone) -> list[FitResult]:
        results: list[FitResult] = []
        for request in requests:
            results.append(fit_and_score(request, self._rows))
            on_done(request, results[-1])
        return results


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
