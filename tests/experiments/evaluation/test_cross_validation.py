"""Every row is scored by a model that was not fitted on it, and finished fits are never lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from catalog.labelled_splits import Development
from experiments.evaluation import cross_validation
from experiments.evaluation.cross_validation import CrossValidation
from experiments.evaluation.development_rows import all_rows, final_fold
from experiments.evaluation.fit_cache import FitCache
from experiments.evaluation.fit_pool import FitPool
from experiments.evaluation.model_spec import ModelSpec
from experiments.progress import Interrupted
from experiments.protocol import EvaluationProtocol
from fakes.data.labelled_rows import fake_rows
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.studies.local_fit_pool import LocalFitPool
from fraud.data.folds import FoldPlan, make_folds
from fraud.data.labelled_rows import LabelledRows
from fraud.model.fraud_model import FraudModel

MANIFEST: Any = SimpleNamespace(data_digest="d" * 64)
DEVELOPMENT = Development(fake_rows(1, 500), fake_rows(2, 250), MANIFEST)
FOLDS = make_folds(DEVELOPMENT.train, FoldPlan(folds=2))
PROTOCOL = EvaluationProtocol(folds=2, workers=1)
SPECS = [ModelSpec(algorithm="logistic_regression", seed=seed) for seed in (1, 2)]


@pytest.fixture
def validation() -> CrossValidation:
    cache = FitCache(FakeObjectStore(), fake_settings(), rows_digest="d" * 64)
    return CrossValidation(DEVELOPMENT, FOLDS, cache)


def test_each_score_is_of_a_model_that_was_not_fitted_on_its_row(
    validation: CrossValidation,
) -> None:
    first, second = validation.evaluate(SPECS, PROTOCOL, lambda *_: None)
    rows = all_rows(DEVELOPMENT)
    alone = [
        SPECS[0].fit(rows.take(fold.train), rows.take(fold.stop)).scores(rows.rows[fold.validation])
        for fold in FOLDS
    ]
    assert (first.scores == np.concatenate(alone)).all()
    assert len(second.scores) == len(validation.validated.labels) == 500
    labels = validation.validated.labels
    assert first.flagged[labels == 1].mean() > first.flagged[labels == 0].mean()


def test_the_final_model_learns_from_validation_too_once_that_has_stopped_it(
    validation: CrossValidation,
) -> None:
    [(scores, final)] = validation.evaluate_with_final_model(SPECS[:1], PROTOCOL, lambda *_: None)
    rows, fold = all_rows(DEVELOPMENT), final_fold(DEVELOPMENT)
    train, stop = rows.take(fold.train), rows.take(fold.stop)
    stopped = SPECS[0].fit(train, stop)
    alone = SPECS[0].refitted(stopped, train, stop)
    files = FraudModel.from_files(final.files or {}).to_files()
    assert files == alone.to_files() != stopped.to_files()
    assert len(scores.scores) == 500


def test_in_one_pool_every_evaluation_is_made_by_the_same_processes(
    validation: CrossValidation, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []

    @contextmanager
    def counted(rows: LabelledRows, workers: int) -> Iterator[FitPool]:
        opened.append(workers)
        yield LocalFitPool(rows)

    [own] = validation.evaluate(SPECS[:1], PROTOCOL, lambda *_: None)
    monkeypatch.setattr(cross_validation, "open_fit_pool", counted)
    cache = FitCache(FakeObjectStore(), fake_settings(), rows_digest="d" * 64)
    with CrossValidation(DEVELOPMENT, FOLDS, cache).in_one_pool(
        PROTOCOL.model_copy(update={"workers": 3})
    ) as (pooled, _):
        [first] = pooled.evaluate(SPECS[:1], PROTOCOL, lambda *_: None)
        [(again, _)] = pooled.evaluate_with_final_model(SPECS[:1], PROTOCOL, lambda *_: None)
    assert opened == [3]
    assert (own.scores == first.scores).all()
    assert (own.scores == again.scores).all()


def test_an_interrupted_evaluation_goes_on_where_it_stopped(validation: CrossValidation) -> None:
    def stop(done: int, of: int, last: str) -> None:
        assert (of, last) == (4, "logistic_regression")
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="3 of 4 fits are kept"):
        validation.evaluate(SPECS, PROTOCOL, stop)
    seen: list[int] = []
    resumed = validation.evaluate(SPECS, PROTOCOL, lambda done, *_: seen.append(done))
    assert seen == [1, 2, 3, 4]
    cache = FitCache(FakeObjectStore(), fake_settings(), rows_digest="d" * 64)
    whole = CrossValidation(DEVELOPMENT, FOLDS, cache).evaluate(SPECS, PROTOCOL, lambda *_: None)
    for one, other in zip(resumed, whole, strict=True):
        assert (one.scores == other.scores).all()
