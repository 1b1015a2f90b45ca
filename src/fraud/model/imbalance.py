"""Class imbalance: undersampling of legitimate rows, and SMOTE of frauds."""

from collections.abc import Sequence

import numpy as np

from foundation.errors import InvalidData
from fraud.algorithms.algorithm import LabelledMatrix
from fraud.algorithms.threads import at_most
from fraud.data.arrays import Matrix
from fraud.model.recipe import Recipe

NEIGHBOURS = 5  # as Chawla et al., "SMOTE" (JAIR, 2002)
MISSING = -1.0  # stands for a missing category meanwhile: codes count from 0


def rebalanced(
    train: LabelledMatrix, recipe: Recipe, *, seed: int, discrete: Sequence[int] = ()
) -> LabelledMatrix:
    """Return the training rows, resampled as the recipe says; unchanged for "weights" and "none".

    SMOTE does not interpolate the `discrete` columns.

    Raises:
        InvalidData: SMOTE has fewer than two frauds to interpolate.
    """
    if recipe.imbalance == "undersample":
        return _undersampled(train, recipe.undersample_ratio, seed)
    if recipe.imbalance == "smote":
        return _with_more_frauds(train, recipe.smote_ratio, seed, discrete)
    return train


def _undersampled(train: LabelledMatrix, ratio: float, seed: int) -> LabelledMatrix:
    """Keep all frauds and `ratio` legitimate rows for each, in the order they had."""
    from imblearn.under_sampling import RandomUnderSampler

    legitimate, frauds = np.bincount(train.labels, minlength=2).tolist()
    kept = round(ratio * frauds)
    if kept >= legitimate:
        return train
    sampler = RandomUnderSampler(sampling_strategy={0: kept}, random_state=seed)
    sampler.fit_resample(np.arange(len(train.labels))[:, None], train.labels)
    chosen = np.sort(sampler.sample_indices_)
    return LabelledMatrix(train.rows[chosen], train.labels[chosen])


def _with_more_frauds(
    train: LabelledMatrix, ratio: float, seed: int, discrete: Sequence[int]
) -> LabelledMatrix:
    """Draw frauds, each between one that there is and one of its neighbours, until one in `ratio`.

    Neighbours are found in standard deviations: in seconds and cents the time would decide alone.
    """
    legitimate, frauds = np.bincount(train.labels, minlength=2).tolist()
    drawn = round(legitimate / ratio) - frauds
    if drawn <= 0:
        return train
    if frauds < 2:
        message = (
            f"SMOTE draws frauds between two that there are: the training rows hold {frauds}. "
            "Nothing was fitted; give more rows, or choose another strategy."
        )
        raise InvalidData(message)
    spread = _spread(train.rows, discrete)
    known = _filled(train, discrete) / spread
    new = _synthetic(known, drawn, seed, discrete) * spread
    codes = list(discrete)
    new[:, codes] = np.where(new[:, codes] == MISSING, np.nan, new[:, codes])
    labels = np.concatenate([train.labels, np.ones(drawn, dtype=train.labels.dtype)])
    return LabelledMatrix(np.vstack([train.rows, new]), labels)


def _synthetic(frauds: Matrix, drawn: int, seed: int, discrete: Sequence[int]) -> Matrix:
    from imblearn.over_sampling import SMOTE, SMOTENC

    choices = {
        "sampling_strategy": {1: len(frauds) + drawn},
        "random_state": seed,
        "k_neighbors": min(NEIGHBOURS, len(frauds) - 1),
    }
    smote = SMOTENC(list(discrete), **choices) if discrete else SMOTE(**choices)
    # SMOTE demands rows of a second class, and then uses the frauds only.
    rows = np.vstack([frauds[:1], frauds])
    labels = np.append(0, np.ones(len(frauds), dtype=np.int8))
    with at_most(1):  # the order in which threads find equally near neighbours decides otherwise
        resampled, _ = smote.fit_resample(rows, labels)
    new: Matrix = resampled[len(rows) :]
    return new


def _filled(train: LabelledMatrix, discrete: Sequence[int]) -> Matrix:
    """Return the frauds, their missing values replaced by the medians of the training rows.

    So no drawn fraud misses a number: where gaps are common, weights are the better answer.
    """
    filled: Matrix = train.rows[train.labels == 1]
    for column in np.flatnonzero(np.isnan(filled).any(axis=0)).tolist():
        known = train.rows[~np.isnan(train.rows[:, column]), column]
        usual = MISSING if column in discrete else float(np.median(known)) if len(known) else 0.0
        filled[np.isnan(filled[:, column]), column] = usual
    return filled


def _spread(rows: Matrix, discrete: Sequence[int]) -> Matrix:
    known = ~np.isnan(rows)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, rows, 0.0).sum(axis=0) / counts
    spread: Matrix = np.sqrt((np.where(known, rows - means, 0.0) ** 2).sum(axis=0) / counts)
    spread[list(discrete)] = 1.0
    spread[spread == 0] = 1.0
    return spread
