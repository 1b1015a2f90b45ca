"""Fraud model: fit, score, save and load, with features, calibration and threshold in one."""

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
from fraud.data.arrays import Integers, Matrix, Scores
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles
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
    """A fitted algorithm with its features, its calibration and its decision threshold.

    With a recipe of several bags, the score is the mean of several fitted algorithms.
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
    def roles(self) -> Roles:
        """The columns of the amount and of the time, where the model takes them."""
        return self.description.roles

    @property
    def hyperparameters(self) -> dict[str, Any]:
        return dict(self.description.hyperparameters)

    @property
    def recipe(self) -> Recipe:
        return self.description.recipe

    @property
    def categories(self) -> dict[str, tuple[str, ...]]:
        """The texts of each categorical column: code k stands for the k-th."""
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
        """The rounds or epochs that early stopping kept, the median of several bags.

        None for algorithms without rounds.
        """
        return self.description.best_iteration

    def scores(self, rows: Matrix) -> Scores:
        """Return the probability of fraud of each row, shape (n,), from 0 to 1.

        `rows` has the columns of `columns`; InvalidData for another number of columns.
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
        """Return the scores before calibration, from 0 to 1, of at least one row."""
        return mean_scores(self.bags, rows)

    def scores_by_bag(self, rows: Matrix, bag: Integers) -> Scores:
        """Return the score that bag number `bag[i]`, from 0, alone gives row i, shape (n,)."""
        scores = np.empty(len(rows))
        for number in np.unique(bag):
            own = bag == number
            scores[own] = self.bags[number].scores(rows[own])
        return calibrated(scores, self._calibration)

    def with_threshold(self, threshold: float) -> Self:
        """Return the same model with another decision threshold."""
        described = self.description.model_copy(update={"threshold": threshold})
        return replace(self, description=described)

    def to_files(self) -> dict[str, bytes]:
        """Return the model as files by name, without pickle; model.json is for people to read."""
        described = self.description.model_dump_json(indent=2).encode()
        return {DESCRIPTION: described, **saved_files([bag.files for bag in self.bags])}

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Load the files of `to_files`; other files do not matter.

        Raises:
            InvalidData: A file is missing, or the algorithm or the format is unknown.
            DigestMismatch: A file is damaged.
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
    """Fit on `train`; early stopping, calibration and threshold are those of `validation`.

    The threshold is the one with the best F1. With a recipe of several bags, all rows, those of
    `validation` too, are dealt to the bags by chance (`fraud.model.bagging.training_tasks`);
    calibration and threshold then come from out-of-bag scores.

    Equal seeds give equal models; with `threads=1` they are equal to the byte, whatever else runs.
    An exception of `on_progress` ends the fit.

    Raises:
        InvalidParams: The algorithm or a hyperparameter is unknown, or out of range.
        InvalidData: The rows lack a class, or both parts differ in their columns.
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
        roles=train.roles,
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
        files=file_digests(files),
    )
    return FraudModel(description, bags, calibration)


def file_digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the sha256 of each file, as a description holds them."""
    return {name: digest_of_bytes(data) for name, data in files.items()}


def _weighted(chosen: Hyperparameters, recipe: Recipe) -> Hyperparameters:
    """Return hyperparameters without class weights where the recipe has another strategy."""
    return chosen if recipe.imbalance == "weights" else chosen.unweighted()


def _library_versions(libraries: Iterable[str]) -> dict[str, str]:
    return {name: importlib.import_module(name).__version__ for name in ("numpy", *libraries)}
