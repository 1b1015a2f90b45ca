"""Development rows: train and validation as one matrix, and as the fold of the final model."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from foundation.digests import digest_of_json
from fraud.data.folds import Fold
from fraud.data.labelled_rows import LabelledRows
from fraud.features.history import HistoryStep

if TYPE_CHECKING:
    from catalog.labelled_splits import Development


def all_rows(development: "Development") -> LabelledRows:
    """Return the training rows, then the validation rows.

    Row numbers of the training split are row numbers of the result too.
    """
    train, validation = development.train, development.validation
    return replace(
        train,
        rows=np.concatenate([train.rows, validation.rows]),
        labels=np.concatenate([train.labels, validation.labels]),
    )


def final_fold(development: "Development") -> Fold:
    """Return the fold of the final model: fitted on train, stopped on validation.

    The training pipeline does the same.
    """
    train = len(development.train.labels)
    validation = np.arange(train, train + len(development.validation.labels))
    return Fold(train=np.arange(train), stop=validation, validation=validation)


def rows_digest(development: "Development", history: Sequence[HistoryStep]) -> str:
    """Return a digest of the prepared data and of the history steps computed on its rows."""
    steps = [[type(step).__name__, step.model_dump(mode="json")] for step in history]
    return digest_of_json([development.manifest.data_digest, steps])
