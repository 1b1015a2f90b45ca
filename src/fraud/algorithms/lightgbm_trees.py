"""LightGBM: gradient-boosted trees grown leaf by leaf."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from fraud.algorithms.algorithm import Algorithm, AlgorithmTask, Fitted, Hyperparameters, Trial
from fraud.data.arrays import Matrix, Scores
from fraud.features.transforms import TimeOfDay

if TYPE_CHECKING:
    from lightgbm import Booster, Dataset

NAME, FILE = "lightgbm", "model.txt"
# Below, waking the threads costs more than they save, and far more on a busy machine.
ROWS_WORTH_THREADS = 1000


class LightGBMHyperparameters(Hyperparameters):
    """Hyperparameters of LightGBM, by its own names."""

    n_estimators: int = Field(default=500, ge=1, le=5000)
    early_stopping_rounds: int = Field(default=40, ge=1, le=1000)
    learning_rate: float = Field(default=0.1, gt=0, le=1)
    num_leaves: int = Field(default=15, ge=2, le=1024)
    min_child_samples: int = Field(default=20, ge=1, le=10_000)
    # LightGBM's own 0.001 lets one fraud make a leaf, and boosting diverges at 0.2 % fraud.
    min_child_weight: float = Field(default=2.0, ge=0, le=1000)
    subsample: float = Field(default=0.8, gt=0, le=1)
    colsample_bytree: float = Field(default=0.5, gt=0, le=1)
    reg_alpha: float = Field(default=0.0, ge=0, le=1000)
    reg_lambda: float = Field(default=1.0, ge=0, le=1000)
    scale_pos_weight: float = Field(default=1.0, gt=0, le=10_000)


def suggest(trial: Trial) -> LightGBMHyperparameters:
    return LightGBMHyperparameters(
        learning_rate=trial.suggest_float("learning_rate", 0.02, 0.2, log=True),
        num_leaves=trial.suggest_int("num_leaves", 7, 127, log=True),
        min_child_samples=trial.suggest_int("min_child_samples", 5, 300, log=True),
        min_child_weight=trial.suggest_float("min_child_weight", 0.1, 30, log=True),
        subsample=trial.suggest_float("subsample", 0.5, 1),
        colsample_bytree=trial.suggest_float("colsample_bytree", 0.3, 1),
        reg_alpha=trial.suggest_float("reg_alpha", 1e-3, 10, log=True),
        reg_lambda=trial.suggest_float("reg_lambda", 0.1, 30, log=True),
        scale_pos_weight=trial.suggest_float("scale_pos_weight", 1, 20, log=True),
    )


def fit(chosen: LightGBMHyperparameters, task: AlgorithmTask) -> Fitted:
    """Boost until the log loss on validation has not improved for a while; keep the best.

    With rounds that were found before, boost for so many.

    Not average precision: with 50 frauds it is so noisy that a lucky first round may stop it all.
    """
    import lightgbm

    parameters = {
        **chosen.model_dump(exclude={"n_estimators", "early_stopping_rounds"}),
        "objective": "binary",
        "metric": ["binary_logloss", "average_precision"],  # the first stops, the other is shown
        "subsample_freq": 1,  # without it LightGBM ignores subsample
        "seed": task.seed,
        "num_threads": task.threads or 0,  # 0: as many as there are cores
        "deterministic": True,
        "force_col_wise": True,  # else it times both ways first, and the winner varies
        "verbosity": -1,
    }
    train = lightgbm.Dataset(task.train.rows, task.train.labels, params=parameters)
    rounds, stopping = task.rounds.get(NAME), {}
    if rounds is None:
        stopping = _early_stopping(chosen, task, train)
    booster = lightgbm.train(
        parameters, train, num_boost_round=rounds or chosen.n_estimators, **stopping
    )
    kept = rounds or booster.best_iteration
    return Fitted({FILE: booster.model_to_string(num_iteration=kept).encode()}, {NAME: kept})


class LightGBMPredictor:
    """A fitted LightGBM booster."""

    def __init__(self, booster: "Booster") -> None:
        self._booster = booster

    def scores(self, rows: Matrix) -> Scores:
        threads = 1 if len(rows) < ROWS_WORTH_THREADS else 0  # 0: as many as there are cores
        scores = self._booster.predict(rows, num_threads=threads)
        return np.asarray(scores, dtype=np.float64)


def load(files: Mapping[str, bytes]) -> LightGBMPredictor:
    import lightgbm

    return LightGBMPredictor(lightgbm.Booster(model_str=files[FILE].decode()))


def _early_stopping(
    chosen: LightGBMHyperparameters, task: AlgorithmTask, train: "Dataset"
) -> dict[str, Any]:
    """Return the arguments of `lightgbm.train` that stop it on the validation rows."""
    import lightgbm

    rows, labels = task.validation.rows, task.validation.labels
    stop = lightgbm.early_stopping(
        chosen.early_stopping_rounds, first_metric_only=True, verbose=False
    )
    return {
        "valid_sets": [lightgbm.Dataset(rows, labels, reference=train)],
        "callbacks": [*([_reporter(task)] if task.on_progress else []), stop],
    }


def _reporter(task: AlgorithmTask) -> Any:
    def report(env: Any) -> None:
        found = {name: value for _, name, value, _ in env.evaluation_result_list}
        task.report(env.iteration + 1, env.end_iteration, float(found["average_precision"]))

    return report


LIGHTGBM = Algorithm(
    name=NAME,
    libraries=("lightgbm",),
    files=(FILE,),
    hyperparameters=LightGBMHyperparameters,
    transform=TimeOfDay,
    suggest=suggest,
    fit=fit,
    load=load,
    boosts=True,
)
