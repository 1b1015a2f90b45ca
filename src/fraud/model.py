"""Model: which transactions look like fraud, as one thing that can be fitted, saved and loaded."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData, InvalidParams
from fraud.algorithms import ALGORITHMS, algorithm_named
from fraud.algorithms.algorithm import FitTask, Part, Predictor, Progress
from fraud.features import Transform, transform_from_state
from fraud.labelled_rows import LabelledRows, Matrix
from fraud.model_description import (
    DESCRIPTION,
    Description,
    not_loaded,
    own_files,
    read_description,
)
from fraud.thresholds import Scores, best_f1

SEEDS = 2**31  # LightGBM holds a seed in 32 bits with a sign


@dataclass(frozen=True)
class FraudModel:
    """A fitted algorithm with the features it needs and the threshold from which it says fraud."""

    description: Description
    _transform: Transform
    _predictor: Predictor
    _files: dict[str, bytes]

    @property
    def algorithm(self) -> str:
        return self.description.algorithm

    @property
    def columns(self) -> tuple[str, ...]:
        return self.description.columns

    @property
    def hyperparameters(self) -> dict[str, Any]:
        return dict(self.description.hyperparameters)

    @property
    def threshold(self) -> float:
        return self.description.threshold

    @property
    def best_iteration(self) -> int | None:
        """How many rounds or epochs early stopping kept; None where there are none to count."""
        return self.description.best_iteration

    def scores(self, rows: Matrix) -> Scores:
        """Estimate the probability of fraud, from 0 to 1, of each row of `columns`.

        Raises InvalidData for another number of columns.
        """
        if rows.ndim != 2 or rows.shape[1] != len(self.columns):
            message = (
                f"This model takes rows of {len(self.columns)} columns ({self.columns[0]} … "
                f"{self.columns[-1]}), not a matrix of shape {rows.shape}. Nothing was scored."
            )
            raise InvalidData(message)
        if not len(rows):
            return np.empty(0)
        return self._predictor.scores(self._transform.apply(rows))

    def to_files(self) -> dict[str, bytes]:
        """Give the model as files, without pickle; model.json is there for people to read."""
        described = self.description.model_dump_json(indent=2).encode()
        return {DESCRIPTION: described, **self._files}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Load what `to_files` gave; other files beside it do not matter.

        Raises InvalidData for a missing file, an unknown algorithm or format, DigestMismatch for
        a damaged file.
        """
        description = read_description(files)
        transform = transform_from_state(description.transform, description.transform_state)
        own = own_files(description, files)
        return cls(description, transform, _load(description.algorithm, own), own)


def fit(
    algorithm: str,
    hyperparameters: Mapping[str, Any],
    train: LabelledRows,
    validation: LabelledRows,
    *,
    seed: int,
    on_progress: Progress | None = None,
) -> FraudModel:
    """Fit on `train`; `validation` decides when to stop and which threshold has the best F1.

    Equal seeds give equal models. Raises InvalidParams for an unknown algorithm or hyperparameter,
    InvalidData for rows that nothing can be learned from.
    """
    chosen_algorithm = algorithm_named(algorithm)
    chosen = chosen_algorithm.checked(hyperparameters)
    _require_seed(seed)
    _require_learnable(train, validation)
    transform = chosen_algorithm.transform.fit(train)
    held_out = Part(transform.apply(validation.rows), validation.labels)
    task = FitTask(
        Part(transform.apply(train.rows), train.labels),
        held_out,
        seed=seed,
        on_progress=on_progress,
    )
    fitted = chosen_algorithm.fit(chosen, task)
    predictor = chosen_algorithm.load(fitted.files)  # what is scored with here is what is saved
    description = Description(
        algorithm=algorithm,
        columns=train.columns,
        hyperparameters=chosen.model_dump(),
        threshold=best_f1(held_out.labels, predictor.scores(held_out.rows)),
        best_iteration=fitted.best_iteration,
        seed=seed,
        transform=transform.name,
        transform_state=transform.state(),
        libraries=_library_versions(chosen_algorithm.library),
        files={name: digest_of_bytes(data) for name, data in fitted.files.items()},
    )
    return FraudModel(description, transform, predictor, fitted.files)


def _require_learnable(train: LabelledRows, validation: LabelledRows) -> None:
    if train.columns != validation.columns:
        message = (
            f"Training and validation need the same columns in the same order: {train.columns} is "
            f"not {validation.columns}. Nothing was fitted."
        )
        raise InvalidData(message)
    for name, part in (("training", train), ("validation", validation)):
        if part.fraud_count in (0, len(part.labels)):
            message = (
                f"A model is fitted on frauds and legitimate transactions: the {name} rows hold "
                f"{part.fraud_count} frauds among {len(part.labels)}. Nothing was fitted; give "
                "more rows, or split them stratified."
            )
            raise InvalidData(message)


def _require_seed(seed: int) -> None:
    if not 0 <= seed < SEEDS:
        what, problem = "The seed", f"it is a whole number from 0 to {SEEDS - 1}, not {seed}"
        raise InvalidParams(what, [problem])


def _library_versions(library: str) -> dict[str, str]:
    return {name: importlib.import_module(name).__version__ for name in ("numpy", library)}


def _load(name: str, files: Mapping[str, bytes]) -> Predictor:
    try:
        return ALGORITHMS[name].load(files)
    except Exception as error:  # each library has errors of its own for bytes it cannot read
        raise InvalidData(not_loaded(f"{', '.join(files)}: {error}")) from error
