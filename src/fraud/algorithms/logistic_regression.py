"""Logistic regression: the baseline that every other algorithm has to beat."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from fraud.algorithms import skops_files
from fraud.algorithms.algorithm import Algorithm, AlgorithmTask, Fitted, Hyperparameters, Trial
from fraud.algorithms.threads import at_most
from fraud.data.arrays import Matrix, Scores
from fraud.features.transforms import Standardised

FILE = "model.skops"


class LogisticRegressionHyperparameters(Hyperparameters):
    """Hyperparameters of scikit-learn's LogisticRegression."""

    C: float = Field(default=0.01, gt=0, le=1e6)  # inverse of the regularisation, as scikit-learn
    max_iter: int = Field(default=500, ge=50, le=10_000)
    scale_pos_weight: float = Field(default=5.0, gt=0, le=10_000)


def suggest(trial: Trial) -> LogisticRegressionHyperparameters:
    return LogisticRegressionHyperparameters(
        C=trial.suggest_float("C", 1e-4, 100, log=True),
        scale_pos_weight=trial.suggest_float("scale_pos_weight", 1, 50, log=True),
    )


def fit(chosen: LogisticRegressionHyperparameters, task: AlgorithmTask) -> Fitted:
    from sklearn.linear_model import LogisticRegression

    estimator = LogisticRegression(
        C=chosen.C,
        max_iter=chosen.max_iter,
        class_weight={0: 1.0, 1: chosen.scale_pos_weight},
        random_state=task.seed,
    )
    with at_most(task.threads):
        estimator.fit(task.train.rows, task.train.labels)
    return Fitted({FILE: skops_files.dumps(estimator)})


class LogisticRegressionPredictor:
    """A fitted logistic regression."""

    def __init__(self, estimator: Any) -> None:
        self._estimator = estimator

    def scores(self, rows: Matrix) -> Scores:
        scores: Scores = self._estimator.predict_proba(rows)[:, 1]
        return scores


def load(files: Mapping[str, bytes]) -> LogisticRegressionPredictor:
    return LogisticRegressionPredictor(skops_files.loads(files[FILE]))


LOGISTIC_REGRESSION = Algorithm(
    name="logistic_regression",
    libraries=("sklearn",),
    files=(FILE,),
    hyperparameters=LogisticRegressionHyperparameters,
    transform=Standardised,
    suggest=suggest,
    fit=fit,
    load=load,
)
