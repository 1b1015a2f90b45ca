"""Random forest: the mean vote of many trees, each grown on its own sample of the rows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field

from fraud.algorithms import skops_files
from fraud.algorithms.algorithm import Algorithm, AlgorithmTask, Fitted, Hyperparameters, Trial
from fraud.algorithms.binning import coarsened
from fraud.data.arrays import Matrix, Scores
from fraud.features.transforms import TimeOfDay

FILE = "model.skops"
LEAF = -1


class RandomForestHyperparameters(Hyperparameters):
    """Hyperparameters of scikit-learn's RandomForestClassifier."""

    n_estimators: int = Field(default=60, ge=1, le=2000)
    max_depth: int = Field(default=12, ge=1, le=64)
    min_samples_leaf: int = Field(default=1, ge=1, le=1000)
    max_features: float = Field(default=0.1, gt=0, le=1)  # share of the columns tried at a split
    max_samples: float = Field(default=0.3, gt=0, le=1)  # share of the rows that a tree sees
    scale_pos_weight: float = Field(default=5.0, gt=0, le=10_000)


def suggest(trial: Trial) -> RandomForestHyperparameters:
    return RandomForestHyperparameters(
        n_estimators=trial.suggest_int("n_estimators", 40, 200),
        max_depth=trial.suggest_int("max_depth", 6, 20),
        min_samples_leaf=trial.suggest_int("min_samples_leaf", 1, 20, log=True),
        max_features=trial.suggest_float("max_features", 0.05, 0.3),
        max_samples=trial.suggest_float("max_samples", 0.1, 0.6),
        scale_pos_weight=trial.suggest_float("scale_pos_weight", 1, 50, log=True),
    )


def fit(chosen: RandomForestHyperparameters, task: AlgorithmTask) -> Fitted:
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(
        **chosen.model_dump(exclude={"scale_pos_weight"}),
        class_weight={0: 1.0, 1: chosen.scale_pos_weight},
        random_state=task.seed,
        n_jobs=task.threads or -1,
    ).fit(coarsened(task.train.rows), task.train.labels)
    forest.n_jobs = None  # no trace of the machine in the file
    return Fitted({FILE: skops_files.dumps(forest)})


class RandomForestPredictor:
    """A fitted random forest."""

    def __init__(self, forest: Any) -> None:
        self._forest = forest

    def scores(self, rows: Matrix) -> Scores:
        # The forest's own predict_proba starts threads at each call (15 ms for one row) and adds
        # the votes in whichever order they end, so the last bits differ from call to call.
        trees = self._forest.estimators_
        exact = rows.astype(np.float32)  # what a tree compares with its splits
        votes = np.zeros(len(rows))
        for tree in trees:
            votes += tree.predict_proba(exact, check_input=False)[:, 1]
        return np.minimum(votes / len(trees), 1.0)  # a mean of ones can round to just above one


def load(files: Mapping[str, bytes]) -> RandomForestPredictor:
    """Load the forest; ValueError for a tree that points outside itself."""
    forest = skops_files.loads(files[FILE], trusted=["sklearn.tree._tree.Tree"])
    for number, member in enumerate(forest.estimators_, start=1):
        _require_sound(member.tree_, f"Tree {number} of {len(forest.estimators_)}")
    return RandomForestPredictor(forest)


def _require_sound(tree: Any, which: str) -> None:
    """Refuse a tree that points outside itself.

    scikit-learn follows these numbers unchecked, so a torn or forged file could crash the process
    or make it read other memory; that is why skops asks us to vouch for the class.
    """
    here = np.arange(tree.node_count)
    left, right = tree.children_left, tree.children_right
    inner = left != LEAF
    # A child always lies behind its parent, so no walk can go round in circles either.
    children_fit = (left > here) & (right > here) & (np.maximum(left, right) < tree.node_count)
    columns_fit = (tree.feature >= 0) & (tree.feature < tree.n_features)
    if not (np.all((right == LEAF)[~inner]) and np.all((children_fit & columns_fit)[inner])):
        message = f"{which} points outside itself: the file is damaged or forged"
        raise ValueError(message)


RANDOM_FOREST = Algorithm(
    name="random_forest",
    libraries=("sklearn",),
    files=(FILE,),
    hyperparameters=RandomForestHyperparameters,
    transform=TimeOfDay,
    suggest=suggest,
    fit=fit,
    load=load,
)
