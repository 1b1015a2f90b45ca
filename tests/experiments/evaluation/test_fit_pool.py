"""A pool makes lost fits again, in new workers, and gives up the fit that ends each of them."""

from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any

import numpy as np
import pytest

from experiments.evaluation.fit_pool import MOST_LOSSES, FitPool, OutOfTime
from experiments.evaluation.fitting import FitRequest, FitResult
from experiments.evaluation.model_spec import ModelSpec
from fakes.studies.local_fit_pool import InlineExecutor
from foundation.errors import InvalidData, Unavailable
from fraud.data.folds import Fold
from fraud.metrics.costs import Costs

NO_ROWS = np.empty(0, dtype=np.int64)
FOLD = Fold(NO_ROWS, NO_ROWS, NO_ROWS)


def request(seed: int) -> FitRequest:
    return FitRequest(ModelSpec(algorithm="xgboost", seed=seed), FOLD, Costs())


def by_seed(of: FitRequest) -> FitResult:
    return FitResult(float(of.spec.seed), np.empty(0), 0.5, None, 0.0, 0.0, 0)


class Dying(InlineExecutor):
    """Loses every fit."""

    def submit(self, *_: Any, **__: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_exception(BrokenExecutor("its process was killed"))
        return future


class Refusing(InlineExecutor):
    """Has noticed that it is broken, and takes nothing more."""

    def submit(self, *_: Any, **__: Any) -> "Future[Any]":
        raise BrokenExecutor


class Waiting(InlineExecutor):
    """Never finishes a fit."""

    def submit(self, *_: Any, **__: Any) -> "Future[Any]":
        return Future()


def pool_of(*executors: Executor, stopped: list[str] | None = None) -> FitPool:
    left = list(executors)
    stop = (stopped if stopped is not None else []).append
    return FitPool(lambda: left.pop(0), by_seed, 1, lambda: stop("stopped"))


@pytest.mark.parametrize("broken", [Dying, Refusing])
def test_what_was_lost_is_made_again_in_order(broken: type[Executor]) -> None:
    pool = pool_of(broken(), broken(), InlineExecutor()) if broken is Dying else pool_of(
        broken(), InlineExecutor()
    )  # fmt: skip
    found = pool.run([request(seed) for seed in (3, 1, 2)], lambda *_: None)
    assert [each.average_precision for each in found] == [3.0, 1.0, 2.0]


def test_a_fit_that_every_worker_dies_of_is_named() -> None:
    pool = pool_of(*[Dying()] * (MOST_LOSSES + 1))
    with pytest.raises(Unavailable, match=r"each time that it fitted xgboost \(4 times\)"):
        pool.run([request(1)], lambda *_: None)


def test_out_of_time_the_workers_are_stopped_and_new_ones_go_on() -> None:
    stopped: list[str] = []
    pool = pool_of(Waiting(), InlineExecutor(), stopped=stopped)
    with pytest.raises(OutOfTime):
        pool.run([request(1)], lambda *_: None, until=0.0)
    assert stopped == ["stopped"]
    assert len(pool.run([request(1)], lambda *_: None)) == 1


def test_what_a_fit_raises_is_raised_here() -> None:
    def refuse(_: FitRequest) -> FitResult:
        message = "0 frauds"
        raise InvalidData(message)

    with pytest.raises(InvalidData, match="0 frauds"):
        FitPool(InlineExecutor, refuse, 1).run([request(1)], lambda *_: None)
