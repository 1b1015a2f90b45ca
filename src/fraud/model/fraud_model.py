"""Model: which transactions look like fraud, as one thing that can be fitted, saved and loaded."""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from foundation.digests import digest_of_bytes
from foundation.errors import InvalidData
from foundation.progress import OnProgress
from fraud.algorithms import algorithm_named
from fraud.algorithms.algorithm import Hyperparameters
from fraud.algorithms.threads import at_most
from fraud.data.arrays import Matrix, Scores
from fraud.data.labelled_rows import LabelledRows
from fraud.metrics.thresholds import best_f1
from fraud.model.bagging import BaggedMember, TrainingTask, fit_bags, load_bags, mean_scores
from fraud.model.calibration import (
    Calibration,
    calibrated,
    calibration_from_state,
    fit_calibration,
)
from fraud.model.description import (
    DESCRIPTION,
    Description,
    as_described,
    read_description,
    saved_files,
)
from fraud.model.fit_checks import require_learnable, require_runnable
from fraud.model.recipe import PLAIN, Recipe


@dataclass(frozen=True)
class FraudModel:
    """A fitted algorithm with the features it needs and the threshold from which it says fraud.

    By a recipe of several bags, it is several of the former, and their mean.
    """

    description: Description
    bags: tuple[BaggedMember, ...]
    _calibration: Calibration | None

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
        """How many rounds or epochs early stopping kept, the median of several bags.

        None where there are none to count.
        """
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
        return mean_scores(self.bags, rows)

    def with_threshold(self, threshold: float) -> Self:
        """Give the same model with another threshold from which it says fraud."""
        described = self.description.model_copy(update={"threshold": threshold})
        return replace(self, description=described)

    def to_files(self) -> dict[str, bytes]:
        """Give the model as files, without pickle; model.json is there for people to read."""
        described = self.description.model_dump_json(indent=2).encode()
        return {DESCRIPTION: described, **saved_files([bag.files for bag in self.bags])}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Load what `to_files` gave; other files beside it do not matter.

        Raises InvalidData for a missing file, an unknown algorithm or format, DigestMismatch for
        a damaged file.
        """
        description = read_description(files)
        calibration = description.recipe.calibration
        return cls(
            description,
            load_bags(description, files),
            calibration_from_state(calibration, description.calibration_state),
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
    on_progress: OnProgress[float] | None = None,
) -> FraudModel:
    """Fit on `train`; `validation` decides when to stop, calibrates, and gives the threshold.

    The threshold is the one with the best F1. By a recipe of several bags, all rows are dealt to
    them by chance, those of `validation` too (`fraud.model.bagging.training_tasks`); calibration
    and threshold then come from the score of each row by the bag that did not see it.

    Equal seeds give equal models; with `threads=1` they are equal to the byte, whatever else runs.
    Raises InvalidParams for an unknown algorithm or hyperparameter, InvalidData for rows that
    nothing can be learned from. What `on_progress` raises ends the fit.
    """
    chosen_algorithm = algorithm_named(algorithm)
    chosen = _weighted(chosen_algorithm.checked(hyperparameters), recipe)
    require_runnable(seed, threads)
    require_learnable(train, validation)
    task = TrainingTask(train, validation, seed, threads, on_progress)
    bags, scores, labels = fit_bags(chosen_algorithm, chosen, recipe, task)
    with at_most(threads):
        calibration = fit_calibration(recipe.calibration, scores, labels)
    files = saved_files([bag.files for bag in bags])
    description = Description(
        algorithm=algorithm,
        columns=train.columns,
        hyperparameters=chosen.model_dump(),
        threshold=best_f1(labels, calibrated(scores, calibration)),
        seed=seed,
        transform=chosen_algorithm.transform.name,
        recipe=recipe,
        **as_described([bag.state() for bag in bags]),
        calibration_state=calibration.model_dump(mode="json") if calibration else {},
        categories=dict(train.categories),
        may_miss=tuple(sorted(train.may_miss)),
        libraries=_library_versions(chosen_algorithm.libraries),
        files={name: digest_of_bytes(data) for name, data in files.items()},
    )
    return FraudModel(description, bags, calibration)


def _weighted(chosen: Hyperparameters, recipe: Recipe) -> Hyperparameters:
    """Take the weights away where the recipe has another answer to frauds being rare."""
    return chosen if recipe.imbalance == "weights" else chosen.unweighted()


def _library_versions(libraries: Iterable[str]) -> dict[str, str]:
    return {name: importlib.import_module(name).__version__ for name in ("numpy", *libraries)}
