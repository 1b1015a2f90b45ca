"""Ours: two processes of random and Bayesian search, and the mean of the best model's folds."""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from exchange import Array, Development, Scorer, run

from fraud.algorithms.xgboost_trees import XGBOOST
from fraud.folds import Fold, FoldPlan, make_folds
from fraud.importances import average_precision
from fraud.labelled_rows import LabelledRows
from fraud.model import FraudModel, fit

PROCESSES = 2
SEED = 42
SHARE_OF_SEARCH = 0.85  # of the seconds; the rest is for the models that score

Found = tuple[float, int, dict[str, Any]]  # average precision, trials until then, hyperparameters


def ours(development: Development, seconds: float, answer: Path) -> tuple[Scorer, str]:  # noqa: ARG001
    """Search until the time is nearly up; score with the mean of the winner's fold models."""
    until = time.time() + SHARE_OF_SEARCH * seconds
    rows = LabelledRows(tuple(development.columns), development.rows, development.labels)
    folds = make_folds(rows, FoldPlan(method="time" if development.by_time else "stratified"))
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        searches = [
            pool.submit(_search, rows, folds, until, SEED + number) for number in range(PROCESSES)
        ]
        found = [search.result() for search in searches]
        best = max(found, key=lambda each: each[0])
        fits = [pool.submit(_fit, rows, fold, best[2]) for fold in _all_rows(rows)]
        models = [each.result() for each in fits]

    def score(test: Array) -> Array:
        mean: Array = np.mean([model.scores(test) for model in models], axis=0)
        return mean

    trials = sum(each[1] for each in found)
    return score, f"xgboost, {trials} trials, {best[0]:.4f} on the folds"


def _search(rows: LabelledRows, folds: list[Fold], until: float, seed: int) -> Found:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed, multivariate=True)
    )

    def judge(trial: optuna.Trial) -> float:
        chosen = XGBOOST.suggest(trial).model_dump()
        trial.set_user_attr("chosen", chosen)
        return float(np.mean([_judged(rows, fold, chosen) for fold in folds]))

    study.optimize(judge, timeout=max(1.0, until - time.time()))
    return study.best_value, len(study.trials), study.best_trial.user_attrs["chosen"]


def _judged(rows: LabelledRows, fold: Fold, chosen: dict[str, Any]) -> float:
    judged = rows.take(fold.validation)
    return average_precision(judged.labels, _fit(rows, fold, chosen).scores(judged.rows))


def _all_rows(rows: LabelledRows) -> list[Fold]:
    """Folds by chance, whatever the protocol: each model stops on other rows, all learn the end."""
    dealt = make_folds(rows, FoldPlan(folds=5, seed=SEED))
    return [
        Fold(np.sort(np.r_[each.train, each.stop]), each.validation, each.validation)
        for each in dealt
    ]


def _fit(rows: LabelledRows, fold: Fold, chosen: dict[str, Any]) -> FraudModel:
    train, stop = rows.take(fold.train), rows.take(fold.stop)
    return fit("xgboost", chosen, train, stop, seed=SEED, threads=1)


if __name__ == "__main__":
    run(ours)
