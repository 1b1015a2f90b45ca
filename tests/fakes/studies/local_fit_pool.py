"""A fit pool without processes: each costs seconds to start, and fits the same to the last bit."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from experiments.evaluation import cross_validation
from experiments.evaluation.fit_pool import FitPool
from experiments.evaluation.fitting import fit_and_score
from experiments.exploration import run as exploration
from fraud.data.labelled_rows import LabelledRows


class InlineExecutor(Executor):
    """Does at once what is submitted, in this thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class LocalFitPool(FitPool):
    """Makes the fits one after another, in this process."""

    def __init__(self, rows: LabelledRows) -> None:
        super().__init__(InlineExecutor, partial(fit_and_score, rows=rows), workers=1)


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
