"""Development rows: train and validation as one matrix, and as the parts of a final fit."""

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


def together(development: "Development") -> LabelledRows:
    """The training rows, then the validation rows: row numbers of the first are numbers here."""
    train, validation = development.train, development.validation
    return replace(
        train,
        rows=np.concatenate([train.rows, validation.rows]),
        labels=np.concatenate([train.labels, validation.labels]),
    )


def whole_fold(development: "Development") -> Fold:
    """Learn from train and stop on validation, as the training pipeline does."""
    train = len(development.train.labels)
    validation = np.arange(train, train + len(development.validation.labels))
    return Fold(train=np.arange(train), stop=validation, validation=validation)


def rows_digest(development: "Development", history: Sequence[HistoryStep]) -> str:
    """Name the rows by the prepared data and by what was computed from their past."""
    steps = [[type(step).__name__, step.model_dump(mode="json")] for step in history]
    return digest_of_json([development.manifest.data_digest, steps])
