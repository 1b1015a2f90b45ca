"""Bagging: the mean score of several models, each fitted without another fold of the rows.

Averaging reduces variance. Every row is out-of-bag for one model, so threshold and calibration use
out-of-bag scores of all rows, not only of rows that were held back for it. Out-of-bag scores come
from single models, and are more extreme than the mean: a calibration that is fitted on them is a
little too flat.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from foundation.errors import InvalidData
from foundation.progress import OnProgress
from foundation.wording import counted
from fraud.algorithms import ALGORITHMS
from fraud.algorithms.algorithm import (
    Algorithm,
    AlgorithmTask,
    Hyperparameters,
    LabelledMatrix,
    Predictor,
)
from fraud.algorithms.threads import at_most
from fraud.data.arrays import Integers, Labels, Matrix, Scores
from fraud.data.labelled_rows import LabelledRows
from fraud.features.steps import FittedSteps
from fraud.features.transforms import Transform, transform_from_state
from fraud.model.description import BagState, Description, not_loaded, own_files
from fraud.model.fit_checks import SEEDS
from fraud.model.imbalance import rebalanced
from fraud.model.recipe import Recipe


@dataclass(frozen=True)
class TrainingTask:
    """The training rows of one model, and the out-of-bag rows for early stopping.

    With `rounds`, by learner, nothing is stopped, and the out-of-bag rows are not learned from.
    """

    train: LabelledRows
    out_of_bag: LabelledRows
    seed: int
    threads: int | None = None
    on_progress: OnProgress[float] | None = None
    rounds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class BaggedMember:
    """A fitted algorithm with its fitted feature steps and transform, all of the same rows."""

    steps: FittedSteps
    transform: Transform
    predictor: Predictor
    files: Mapping[str, bytes]  # what `predictor` was loaded from
    best_iteration: int | None
    rounds: Mapping[str, int] = field(default_factory=dict)  # by learner; empty once loaded

    def scores(self, rows: Matrix) -> Scores:
        return self.predictor.scores(self.transform.apply(self.steps.apply(rows)))

    def state(self) -> BagState:
        return BagState(
            best_iteration=self.best_iteration,
            transform_state=self.transform.state(),
            step_states=tuple(self.steps.states()),
        )


class FittedBags(NamedTuple):
    """The bags, and the out-of-bag score and the label of each row."""

    bags: tuple[BaggedMember, ...]
    scores: Scores
    labels: Labels


def fit_bags(
    algorithm: Algorithm[Any], chosen: Hyperparameters, recipe: Recipe, task: TrainingTask
) -> FittedBags:
    """Fit as many bags as the recipe says, and score the out-of-bag rows of each."""
    bags, scores, labels = [], [], []
    for part in training_tasks(task, recipe.bags):
        bags.append(fit_bag(algorithm, chosen, recipe, part))
        with at_most(part.threads):
            scores.append(bags[-1].scores(part.out_of_bag.rows))
        labels.append(part.out_of_bag.labels)
    return FittedBags(tuple(bags), np.concatenate(scores), np.concatenate(labels))


def fit_bag(
    algorithm: Algorithm[Any], chosen: Hyperparameters, recipe: Recipe, task: TrainingTask
) -> BaggedMember:
    """Fit one bag: its feature steps, its transform and its algorithm, all on the training rows."""
    steps = FittedSteps.fit(recipe.features, task.train)
    seen = steps.widened(task.train)
    transform = algorithm.transform.fit(seen)
    learned = LabelledMatrix(transform.apply(seen.rows), task.train.labels)
    fit_task = AlgorithmTask(
        rebalanced(learned, recipe, seed=task.seed, discrete=transform.discrete(seen)),
        LabelledMatrix(transform.apply(steps.apply(task.out_of_bag.rows)), task.out_of_bag.labels),
        columns=len(seen.columns),
        seed=task.seed,
        threads=task.threads,
        on_progress=task.on_progress,
        rounds=task.rounds,
    )
    fitted = algorithm.fit(chosen, fit_task)
    predictor = algorithm.load(fitted.files)  # what is scored with here is what is saved
    return BaggedMember(
        steps, transform, predictor, fitted.files, fitted.best_iteration, fitted.rounds
    )


def training_tasks(whole: TrainingTask, bags: int) -> Iterator[TrainingTask]:
    """Deal all rows to as many folds as there are bags: each bag trains on all folds but one.

    A single bag gets the rows as they are. Several bags get folds by chance, even where the rows
    were split by time, so that the newest rows are trained on too; equal rows share a fold.

    Raises:
        InvalidData: A fold would be without a fraud or without another transaction.
    """
    if bags == 1:
        yield whole
        return
    rows, fold = dealt_rows(whole.train, whole.out_of_bag, bags=bags, seed=whole.seed)
    for bag in range(bags):
        yield replace(
            whole,
            train=rows.take(fold != bag),
            out_of_bag=rows.take(fold == bag),
            seed=_own_seed(whole.seed, bag),
            on_progress=_in_turn(whole.on_progress, bag, bags),
        )


def dealt_rows(
    train: LabelledRows, validation: LabelledRows, *, bags: int, seed: int
) -> tuple[LabelledRows, Integers]:
    """Return all rows together, and for each the number of the bag that is fitted without it.

    Raises InvalidData as `training_tasks` does.
    """
    rows = joined(train, validation)
    return rows, _dealt(rows, bags, seed)


def mean_scores(bags: tuple[BaggedMember, ...], rows: Matrix) -> Scores:
    """Return the mean of the scores of all bags."""
    # Added one after another: numpy sums many rows in another order than one.
    total = bags[0].scores(rows)
    for bag in bags[1:]:
        total = total + bag.scores(rows)
    return total / len(bags)


def load_bags(description: Description, files: Mapping[str, bytes]) -> tuple[BaggedMember, ...]:
    """Load the bags that model.json describes; raise as `FraudModel.from_files` does."""
    each = zip(description.bag_states, own_files(description, files), strict=True)
    return tuple(_load_bag(description, state, own) for state, own in each)


def _load_bag(
    description: Description, state: BagState, files: Mapping[str, bytes]
) -> BaggedMember:
    return BaggedMember(
        FittedSteps.from_states(description.recipe.features, state.step_states, description.roles),
        transform_from_state(description.transform, state.transform_state),
        _load(description.algorithm, files),
        files,
        state.best_iteration,
    )


def _load(name: str, files: Mapping[str, bytes]) -> Predictor:
    try:
        return ALGORITHMS[name].load(files)
    except Exception as error:  # each library has errors of its own for bytes it cannot read
        raise InvalidData(not_loaded(f"{', '.join(files)}: {error}")) from error


def joined(train: LabelledRows, out_of_bag: LabelledRows) -> LabelledRows:
    """Return the training rows, then the others."""
    rows = np.vstack([train.rows, out_of_bag.rows])
    return replace(train, rows=rows, labels=np.concatenate([train.labels, out_of_bag.labels]))


def _dealt(rows: LabelledRows, bags: int, seed: int) -> Integers:
    """Return the fold of each row, shape (n,)."""
    from fraud.data.folds import FoldPlan, fold_numbers  # polars with it, which serving never needs

    number = fold_numbers(rows, FoldPlan(folds=bags, seed=seed))
    fewest = min(
        np.bincount(number[rows.labels == label], minlength=bags).min() for label in (0, 1)
    )
    if not fewest:
        message = (
            f"Each of {bags} bags leaves out a fold of all rows, with a fraud and another "
            f"transaction in it; {counted(rows.fraud_count, 'fraud')} among {len(rows.labels)} "
            f"rows do not go round. Nothing was fitted. {_way_out(rows)}"
        )
        raise InvalidData(message)
    return number


def _way_out(rows: LabelledRows) -> str:
    most = min(rows.fraud_count, len(rows.labels) - rows.fraud_count)
    if most < 1:
        return "Give rows of both kinds."
    return f"Ask for at most {most} bags (bags: 1 makes one model)."


def _own_seed(seed: int, bag: int) -> int:
    return int(np.random.SeedSequence([seed, bag]).generate_state(1)[0]) % SEEDS


def _in_turn(report: OnProgress[float] | None, bag: int, bags: int) -> OnProgress[float] | None:
    """Report the rounds of all bags as one; a bag that stops early skips the rest of its rounds."""
    if report is None:
        return None

    def report_all(iteration: int, of: int, metric: float) -> None:
        report(bag * of + iteration, bags * of, metric)

    return report_all
