"""Development rows are the training rows, then the validation rows, and nothing of the test."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from catalog.labelled_splits import Development
from experiments.evaluation.development_rows import all_rows, final_fold, rows_digest
from experiments.feature_sets import FeatureSet
from fakes.data.labelled_rows import fake_rows

MANIFEST: Any = SimpleNamespace(data_digest="d" * 64)
DEVELOPMENT = Development(fake_rows(1, 60), fake_rows(2, 40), MANIFEST)


def test_row_numbers_of_the_training_split_stay_the_same() -> None:
    rows = all_rows(DEVELOPMENT)
    assert (rows.rows[:60] == DEVELOPMENT.train.rows).all()
    assert (rows.rows[60:] == DEVELOPMENT.validation.rows).all()
    assert rows.labels.sum() == (
        DEVELOPMENT.train.labels.sum() + DEVELOPMENT.validation.labels.sum()
    )
    assert rows.columns == DEVELOPMENT.train.columns


def test_the_final_fold_trains_on_train_and_stops_on_validation() -> None:
    fold, rows = final_fold(DEVELOPMENT), all_rows(DEVELOPMENT)
    assert (rows.take(fold.train).rows == DEVELOPMENT.train.rows).all()
    assert (rows.take(fold.stop).rows == DEVELOPMENT.validation.rows).all()
    assert np.array_equal(fold.validation, fold.stop)


def test_the_digest_of_rows_differs_with_the_data_and_with_their_history() -> None:
    terminals, customers = (
        FeatureSet.of("one", [step]).history
        for step in (
            {"delayed_risk": {"entity": "terminal"}},
            {"delayed_risk": {"entity": "customer"}},
        )
    )
    other: Any = SimpleNamespace(data_digest="e" * 64)
    digests = [
        rows_digest(DEVELOPMENT, ()),
        rows_digest(Development(DEVELOPMENT.train, DEVELOPMENT.validation, other), ()),
        rows_digest(DEVELOPMENT, terminals),
        rows_digest(DEVELOPMENT, customers),
    ]
    assert len(set(digests)) == 4
    assert rows_digest(DEVELOPMENT, terminals) == digests[2]
