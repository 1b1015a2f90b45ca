"""Blend: the mean of the log-odds of XGBoost, LightGBM and a neural network.

Trees and networks err on different transactions, so their mean ranks better than the best of them
(Caruana et al., "Ensemble Selection from Libraries of Models", ICML 2004). A mean of log-odds gives
more weight to a confident member than a mean of scores. Each member has hyperparameters of its own,
named after the member: `xgboost_max_depth`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import create_model

from foundation.progress import OnProgress
from fraud.algorithms import neural_network
from fraud.algorithms.algorithm import (
    Algorithm,
    AlgorithmTask,
    Fitted,
    Hyperparameters,
    LabelledMatrix,
    Predictor,
    Trial,
)
from fraud.algorithms.lightgbm_trees import LIGHTGBM
from fraud.algorithms.neural_network import NEURAL_NETWORK, NeuralNetworkPredictor
from fraud.algorithms.xgboost_trees import XGBOOST
from fraud.data.arrays import Matrix, Scores
from fraud.features.transforms import AsTreesAndNetworksSee, Transform
from fraud.metrics.log_odds import expit, log_odds

TREES: tuple[Algorithm[Any], ...] = (XGBOOST, LIGHTGBM)
MEMBERS: tuple[Algorithm[Any], ...] = (*TREES, NEURAL_NETWORK)
# A network is overconfident far from its training rows: a member's score is clipped to SUREST and
# 1 - SUREST.
SUREST = 1e-5
STEPS = 500  # of progress, for each member


def own_name(member: Algorithm[Any], hyperparameter: str) -> str:
    """Return the name that a member's hyperparameter has in the blend."""
    return f"{member.name}_{hyperparameter}"


def blended(hyperparameters: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Merge the hyperparameters of members, by algorithm, into those of the blend.

    Members that are not named keep their defaults.
    """
    return {
        own_name(member, name): value
        for member in MEMBERS
        for name, value in hyperparameters.get(member.name, {}).items()
    }


BlendHyperparameters: type[Hyperparameters] = create_model(
    "BlendHyperparameters",
    __base__=Hyperparameters,
    __module__=__name__,
    **{
        own_name(member, name): (field.annotation, field)
        for member in MEMBERS
        for name, field in member.hyperparameters.model_fields.items()
    },  # type: ignore[call-overload]  # mypy takes a mapping for options of create_model itself
)


class _MemberTrial:
    """A trial of one member: every suggestion has the name of the blend's hyperparameter."""

    def __init__(self, member: Algorithm[Any], trial: Trial) -> None:
        self._member, self._trial = member, trial

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int:
        return self._trial.suggest_int(own_name(self._member, name), low, high, log=log)

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        return self._trial.suggest_float(own_name(self._member, name), low, high, log=log)


def suggest(trial: Trial) -> Hyperparameters:
    suggested = {
        member.name: member.suggest(_MemberTrial(member, trial)).model_dump() for member in MEMBERS
    }
    return BlendHyperparameters(**blended(suggested))


def fit(chosen: Hyperparameters, task: AlgorithmTask) -> Fitted:
    """Fit the members one after another, each as it would be fitted alone."""
    files: dict[str, bytes] = {}
    rounds: dict[str, int] = {}
    for place, member in enumerate(MEMBERS):
        own = member.hyperparameters(
            **{
                name: getattr(chosen, own_name(member, name))
                for name in member.hyperparameters.model_fields
            }
        )
        fitted = member.fit(own, _task_of(member, place, task))
        files, rounds = files | fitted.files, rounds | fitted.rounds
    return Fitted(files, rounds)


def own_transform(member: Algorithm[Any], transform: AsTreesAndNetworksSee) -> Transform:
    """Return the transform of a member's own inputs."""
    return transform.for_trees if member in TREES else transform.for_networks


class BlendPredictor:
    """The fitted members of a blend."""

    def __init__(self, trees: list[Predictor], network: NeuralNetworkPredictor) -> None:
        self._trees, self._network = trees, network

    def scores(self, rows: Matrix) -> Scores:
        for_trees, for_network = _parted(rows, self._network.inputs)
        member_scores = [
            *(each.scores(for_trees) for each in self._trees),
            self._network.scores(for_network),
        ]
        # Added one after another: numpy sums many rows in another order than one.
        total = np.zeros(len(rows))
        for scores in member_scores:
            total += log_odds(scores, nearest=SUREST)
        return expit(total / len(member_scores))


def load(files: Mapping[str, bytes]) -> BlendPredictor:
    return BlendPredictor([tree.load(files) for tree in TREES], neural_network.load(files))


def _task_of(member: Algorithm[Any], place: int, task: AlgorithmTask) -> AlgorithmTask:
    """Return the task that a member would have alone."""
    inputs = task.train.rows.shape[1] - task.columns

    def own(part: LabelledMatrix) -> LabelledMatrix:
        for_trees, for_network = _parted(part.rows, inputs)
        return LabelledMatrix(for_trees if member in TREES else for_network, part.labels)

    return replace(
        task,
        train=own(task.train),
        validation=own(task.validation),
        on_progress=_in_turn(task.on_progress, place),
    )


def _parted(rows: Matrix, inputs: int) -> tuple[Matrix, Matrix]:
    """Split the inputs of the trees from those of the network."""
    return np.ascontiguousarray(rows[:, :-inputs]), np.ascontiguousarray(rows[:, -inputs:])


def _in_turn(report: OnProgress[float] | None, place: int) -> OnProgress[float] | None:
    """Report the progress of all members as one, as many steps for each."""
    if report is None:
        return None

    def report_all(iteration: int, of: int, metric: float) -> None:
        done = -(-STEPS * iteration // of)  # rounded up: the first is past the member before
        report(place * STEPS + done, len(MEMBERS) * STEPS, metric)

    return report_all


BLEND: Algorithm[Hyperparameters] = Algorithm(
    name="blend",
    libraries=tuple(library for member in MEMBERS for library in member.libraries),
    files=tuple(file for member in MEMBERS for file in member.files),
    hyperparameters=BlendHyperparameters,
    transform=AsTreesAndNetworksSee,
    suggest=suggest,
    fit=fit,
    load=load,
    members=tuple(member.name for member in MEMBERS),
)
