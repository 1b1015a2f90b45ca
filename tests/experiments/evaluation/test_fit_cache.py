"""A cached fit is read back to the last bit, and never in place of another one."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.evaluation.fit_cache import FitCache, from_bytes, to_bytes
from experiments.evaluation.fit_pool import FitPool
from experiments.evaluation.fitting import FitRequest, FitResult
from experiments.evaluation.model_spec import ModelSpec
from fakes.data.labelled_rows import fake_rows
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.studies.local_fit_pool import InlineExecutor, LocalFitPool
from fraud.data.folds import FoldPlan, make_folds
from fraud.metrics.costs import Costs
from fraud.model.recipe import Recipe

ROWS = fake_rows(1, 400)


FOLDS = make_folds(ROWS, FoldPlan(folds=2))


LINEAR = ModelSpec(algorithm="logistic_regression")


FITS = [FitRequest(LINEAR, fold, Costs(), keeps_model=True) for fold in FOLDS]


ANSWER = FitResult(0.9, np.zeros(2), 0.5, 0.5, 1.0, 1.0, 10)


def answering(asked: list[FitRequest]) -> FitPool:
    """A pool that fits nothing, and keeps what it was asked for."""

    def answer(request: FitRequest) -> FitResult:
        asked.append(request)
        return ANSWER

    return FitPool(InlineExecutor, answer, workers=1)


def test_a_kept_fit_is_not_made_again_and_is_the_same_to_the_last_bit() -> None:
    cache = FitCache(FakeObjectStore(), fake_settings(), rows_digest="d" * 64)
    first = cache.run(LocalFitPool(ROWS), FITS, lambda *_: None)
    heard: list[FitRequest] = []
    asked: list[FitRequest] = []
    again = cache.run(answering(asked), FITS, lambda fit, _: heard.append(fit))
    assert (heard, asked) == (FITS, [])
    for one, other in zip(first, again, strict=True):
        assert (one.scores == other.scores).all()
        assert (one.files, one.seconds, one.threshold) == (
            other.files, other.seconds, other.threshold,
        )  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        replace(FITS[0], spec=LINEAR.model_copy(update={"seed": 7})),
        replace(FITS[0], spec=LINEAR.model_copy(update={"recipe": Recipe(imbalance="none")})),
        replace(FITS[0], fold=FOLDS[1]),
        replace(FITS[0], costs=Costs(review=3.0)),
        replace(FITS[0], only_ranks=True),
    ],
)
def test_a_kept_fit_is_never_taken_for_another_one(other: FitRequest) -> None:
    cache = FitCache(FakeObjectStore(), fake_settings(), rows_digest="d" * 64)
    asked: list[FitRequest] = []
    for request in (FITS[0], other, FITS[0]):
        cache.run(answering(asked), [request], lambda *_: None)
    assert asked == [FITS[0], other]


def test_a_fit_without_its_model_survives_being_kept() -> None:
    answer = FitResult(0.9, np.array([0.1, 0.9]), 0.5, 0.25, 1.5, 2.0, 10)
    back = from_bytes(to_bytes(answer))
    assert (back.scores == answer.scores).all()
    assert replace(back, scores=answer.scores) == answer
