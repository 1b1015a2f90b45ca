"""XGBoost: gradient-boosted trees, the default and usually the best on card data."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from fraud.algorithms.algorithm import Algorithm, AlgorithmTask, Fitted, Hyperparameters, Trial
from fraud.data.arrays import Matrix, Scores
from fraud.features.transforms import TimeOfDay

if TYPE_CHECKING:
    from xgboost import Booster, QuantileDMatrix

NAME, FILE = "xgboost", "model.ubj"
ALL_CORES = -1
# Below, waking the threads costs more than they save: up to 30 ms on a busy machine.
ROWS_WORTH_THREADS = 1000


class XGBoostHyperparameters(Hyperparameters):
    """Hyperparameters of XGBoost, by its own names."""

    n_estimators: int = Field(default=500, ge=1, le=5000)
    early_stopping_rounds: int = Field(default=40, ge=1, le=1000)
    learning_rate: float = Field(default=0.1, gt=0, le=1)
    max_depth: int = Field(default=6, ge=1, le=16)
    min_child_weight: float = Field(default=1.0, ge=0, le=1000)
    gamma: float = Field(default=0.0, ge=0, le=100)
    subsample: float = Field(default=0.9, gt=0, le=1)
    colsample_bytree: float = Field(default=0.5, gt=0, le=1)
    reg_alpha: float = Field(default=0.0, ge=0, le=1000)
    reg_lambda: float = Field(default=1.0, ge=0, le=1000)
    # Far below the 1:578 of the classes: enough to heed frauds, and scores stay probabilities.
    scale_pos_weight: float = Field(default=5.0, gt=0, le=10_000)


def suggest(trial: Trial) -> XGBoostHyperparameters:
    return XGBoostHyperparameters(
        learning_rate=trial.suggest_float("learning_rate", 0.02, 0.3, log=True),
        max_depth=trial.suggest_int("max_depth", 3, 10),
        min_child_weight=trial.suggest_float("min_child_weight", 0.1, 30, log=True),
        gamma=trial.suggest_float("gamma", 0, 5),
        subsample=trial.suggest_float("subsample", 0.5, 1),
        colsample_bytree=trial.suggest_float("colsample_bytree", 0.3, 1),
        reg_alpha=trial.suggest_float("reg_alpha", 1e-3, 10, log=True),
        reg_lambda=trial.suggest_float("reg_lambda", 0.1, 30, log=True),
        scale_pos_weight=trial.suggest_float("scale_pos_weight", 1, 50, log=True),
    )


def fit(chosen: XGBoostHyperparameters, task: AlgorithmTask) -> Fitted:
    """Boost until the log loss on validation has not improved for a while; keep the best.

    With rounds that were found before, boost for so many.

    Not average precision: with 50 frauds it is so noisy that a lucky first round may stop it all.
    """
    import xgboost

    train, stopping = _train_matrix(task), {}
    rounds = task.rounds.get(NAME)
    if rounds is None:
        stopping = _early_stopping(chosen, task, train)
    booster = xgboost.train(
        {
            **chosen.model_dump(exclude={"n_estimators", "early_stopping_rounds"}),
            "objective": "binary:logistic",
            "eval_metric": [*(["aucpr"] if task.on_progress else []), "logloss"],  # the last stops
            "tree_method": "hist",
            "seed": task.seed,
            "nthread": task.threads or 0,  # 0: as many as there are cores
        },
        train,
        num_boost_round=rounds or chosen.n_estimators,
        verbose_eval=False,
        **stopping,
    )
    kept = rounds or booster.best_iteration + 1
    return Fitted({FILE: bytes(booster[:kept].save_raw("ubj"))}, {NAME: kept})


class XGBoostPredictor:
    """A fitted XGBoost booster."""

    def __init__(self, data: bytes) -> None:
        # Threads are a booster's own setting, and changing it between calls is not thread-safe.
        self._for_many, self._for_few = _booster(data), _booster(data, nthread=1)

    def scores(self, rows: Matrix) -> Scores:
        booster = self._for_few if len(rows) < ROWS_WORTH_THREADS else self._for_many
        return np.asarray(booster.inplace_predict(rows), dtype=np.float64)


def load(files: Mapping[str, bytes]) -> XGBoostPredictor:
    return XGBoostPredictor(files[FILE])


def _train_matrix(task: AlgorithmTask) -> "QuantileDMatrix":
    import xgboost

    return xgboost.QuantileDMatrix(
        task.train.rows, task.train.labels, nthread=task.threads or ALL_CORES
    )


def _early_stopping(
    chosen: XGBoostHyperparameters, task: AlgorithmTask, train: "QuantileDMatrix"
) -> dict[str, Any]:
    """Return the arguments of `xgboost.train` that stop it on the validation rows."""
    import xgboost

    validation = xgboost.QuantileDMatrix(
        task.validation.rows,
        task.validation.labels,
        ref=train,
        nthread=task.threads or ALL_CORES,
    )
    return {
        "evals": [(validation, "validation")],
        "early_stopping_rounds": chosen.early_stopping_rounds,
        "callbacks": [_reporter(task, chosen.n_estimators)] if task.on_progress else [],
    }


def _booster(data: bytes, **parameters: int) -> "Booster":
    import xgboost

    booster = xgboost.Booster(parameters)
    booster.load_model(bytearray(data))
    return booster


def _reporter(task: AlgorithmTask, of: int) -> Any:
    # XGBoost accepts only children of its own class, which cannot be named before it is imported.
    from xgboost.callback import TrainingCallback

    class ProgressCallback(TrainingCallback):
        def after_iteration(self, _: Any, epoch: int, evals_log: Any) -> bool:
            task.report(epoch + 1, of, float(evals_log["validation"]["aucpr"][-1]))
            return False

    return ProgressCallback()


XGBOOST = Algorithm(
    name=NAME,
    libraries=("xgboost",),
    files=(FILE,),
    hyperparameters=XGBoostHyperparameters,
    transform=TimeOfDay,
    suggest=suggest,
    fit=fit,
    load=load,
    boosts=True,
)
