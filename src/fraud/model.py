"""Model: which transactions look like fraud, as one thing that can be fitted, saved and loaded."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData
from fraud.algorithms import ALGORITHMS, algorithm_named
from fraud.algorithms.algorithm import FitTask, Hyperparameters, Part, Predictor, Progress
from fraud.calibration import (
    Calibration,
    calibrated,
    calibration_from_state,
    fit_calibration,
)
from fraud.feature_steps import FittedSteps
from fraud.features import Transform, transform_from_state
from fraud.fit_checks import require_learnable, require_runnable
from fraud.imbalance import rebalanced
from fraud.labelled_rows import LabelledRows, Matrix
from fraud.model_description import (
    DESCRIPTION,
    Description,
    not_loaded,
    own_files,
    read_description,
)
from fraud.recipe import PLAIN, Recipe
from fraud.threads import at_most
from fraud.thresholds import Scores, best_f1


@dataclass(frozen=True)
class FraudModel:
    """A fitted algorithm with the features it needs and the threshold from which it says fraud."""

    description: Description
    _steps: FittedSteps
    _transform: Transform
    _predictor: Predictor
    _calibration: Calibration | None
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
    def recipe(self) -> Recipe:
        return self.description.recipe

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """For each column of codes, the texts that they stand for: code k for the k-th."""
        return dict(self.description.categories)

    @property
    def may_miss(self) -> frozenset[str]:
        """The columns in which NaN may stand, besides those of codes."""
        return frozenset(self.description.may_miss)

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
        return calibrated(self.uncalibrated_scores(rows), self._calibration)

    def uncalibrated_scores(self, rows: Matrix) -> Scores:
        """What the algorithm itself says of at least one row of `columns`, from 0 to 1."""
        return self._predictor.scores(self._transform.apply(self._steps.apply(rows)))

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
        recipe, own = description.recipe, own_files(description, files)
        return cls(
            description,
            FittedSteps.from_states(recipe.features, description.step_states),
            transform_from_state(description.transform, description.transform_state),
            _load(description.algorithm, own),
            calibration_from_state(recipe.calibration, description.calibration_state),
            own,
        )


def fit(
    algorithm: str,
    hyperparameters: Mapping[str, Any],
    train: LabelledRows,
    validation: LabelledRows,
    *,
    seed: int,
    recipe: Recipe = PLAIN,
    threads: int | None = None,
    on_progress: Progress | None = None,
) -> FraudModel:
    """Fit on `train`; `validation` decides when to stop, calibrates, and gives the threshold.

    The threshold is the one with the best F1. Equal seeds give equal models; with `threads=1` they
    are equal to the byte, whatever else runs. Raises InvalidParams for an unknown algorithm or
    hyperparameter, InvalidData for rows that nothing can be learned from. What `on_progress` raises
    ends the fit.
    """
    chosen_algorithm = algorithm_named(algorithm)
    chosen = _weighted(chosen_algorithm.checked(hyperparameters), recipe)
    require_runnable(seed, threads)
    require_learnable(train, validation)
    steps = FittedSteps.fit(recipe.features, train)
    seen = steps.widened(train)
    transform = chosen_algorithm.transform.fit(seen)
    learned = Part(transform.apply(seen.rows), train.labels)
    task = FitTask(
        rebalanced(learned, recipe, seed=seed, discrete=transform.discrete(seen)),
        Part(transform.apply(steps.apply(validation.rows)), validation.labels),
        seed=seed,
        threads=threads,
        on_progress=on_progress,
    )
    fitted = chosen_algorithm.fit(chosen, task)
    predictor = chosen_algorithm.load(fitted.files)  # what is scored with here is what is saved
    with at_most(threads):
        scores = predictor.scores(task.validation.rows)
        calibration = fit_calibration(recipe.calibration, scores, validation.labels)
    description = Description(
        algorithm=algorithm,
        columns=train.columns,
        hyperparameters=chosen.model_dump(),
        threshold=best_f1(validation.labels, calibrated(scores, calibration)),
        best_iteration=fitted.best_iteration,
        seed=seed,
        transform=transform.name,
        transform_state=transform.state(),
        recipe=recipe,
        step_states=steps.states(),
        calibration_state=calibration.model_dump(mode="json") if calibration else {},
        categories=dict(train.categories),
        may_miss=tuple(sorted(train.may_miss)),
        libraries=_library_versions(chosen_algorithm.library),
        files={name: digest_of_bytes(data) for name, data in fitted.files.items()},
    )
    return FraudModel(description, steps, transform, predictor, calibration, fitted.files)


def _weighted(chosen: Hyperparameters, recipe: Recipe) -> Hyperparameters:
    """Take the weights away where the recipe has another answer to frauds being rare."""
    replaced = {} if recipe.imbalance == "weights" else {"scale_pos_weight": 1.0}
    return chosen.model_copy(update=replaced)


def _library_versions(library: str) -> dict[str, str]:
    return {name: importlib.import_module(name).__version__ for name in ("numpy", library)}


def _load(name: str, files: Mapping[str, bytes]) -> Predictor:
    try:
        return ALGORITHMS[name].load(files)
    except Exception as error:  # each library has errors of its own for bytes it cannot read
        raise InvalidData(not_loaded(f"{', '.join(files)}: {error}")) from error
