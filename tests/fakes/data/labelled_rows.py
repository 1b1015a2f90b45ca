"""Labelled rows: a small world where fraud can be learned, but not perfectly."""

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from fraud.algorithms import ALGORITHMS
from fraud.algorithms.blend import blended
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles
from fraud.model.fraud_model import FraudModel, fit
from fraud.model.recipe import Recipe

COLUMNS = ("V1", "V2", "V3", "V4", "Amount", "Time")
ROLES = Roles(amount="Amount", time="Time")
FRAUD_SHARE = 0.05

# Small enough to fit in a moment; what is not named keeps its default.
QUICK: dict[str, dict[str, Any]] = {
    "xgboost": {"n_estimators": 30, "early_stopping_rounds": 10},
    "lightgbm": {"n_estimators": 30, "early_stopping_rounds": 10},
    "random_forest": {"n_estimators": 12, "max_features": 0.5},
    "neural_network": {"max_epochs": 12, "batch_size": 64, "hidden_units": 16},
    "logistic_regression": {},
}
QUICK["blend"] = blended(QUICK)


def weights_of(algorithm: str) -> list[str]:
    """Name the hyperparameters that say how much a fraud weighs: of a blend, one a member."""
    names = ALGORITHMS[algorithm].hyperparameters.model_fields
    return [name for name in names if name.endswith("scale_pos_weight")]


def fake_rows(seed: int, count: int = 1200) -> LabelledRows:
    random = np.random.default_rng(seed)
    labels = (np.arange(count) < count * FRAUD_SHARE).astype(np.int8)
    rows = random.normal(size=(count, len(COLUMNS)))
    rows[:, 0] += 2.5 * labels
    rows[:, 1] -= 2.0 * labels
    rows[:, -2] = np.exp(rows[:, -2] + 3)
    rows[:, -1] = random.integers(0, 2 * 86_400, size=count)
    order = random.permutation(count)
    return LabelledRows(COLUMNS, rows[order], labels[order], roles=ROLES)


def rows_with(column: int, values: Sequence[float]) -> LabelledRows:
    """Make rows of zeros but for one column, which may miss values; the first half are frauds."""
    rows = np.zeros((len(values), len(COLUMNS)))
    rows[:, column] = values
    labels = (np.arange(len(values)) < len(values) / 2).astype(np.int8)
    may_miss = frozenset({COLUMNS[column]})
    return LabelledRows(COLUMNS, rows, labels, may_miss=may_miss, roles=ROLES)


def quick_fit(algorithm: str, seed: int = 3, **changes: Any) -> FraudModel:
    """Fit with QUICK hyperparameters, some of them changed."""
    hyperparameters = {**QUICK[algorithm], **changes.pop("hyperparameters", {})}
    return fit(
        algorithm,
        hyperparameters,
        changes.pop("train", fake_rows(1)),
        changes.pop("validation", fake_rows(2)),
        seed=seed,
        **changes,
    )


@cache
def fitted(algorithm: str) -> FraudModel:
    """Fit once for all the tests that only look at a model."""
    return quick_fit(algorithm)


def digests_on_one_thread(rows: int) -> dict[str, str]:
    """Fit every algorithm on one thread; return a digest of the bytes of each model."""
    recipe = Recipe(
        features=("interactions",), imbalance="smote", smote_ratio=5, calibration="platt"
    )
    train, validation = fake_rows(1, rows), fake_rows(2, rows)
    found = {}
    for name in ALGORITHMS:
        model = quick_fit(name, recipe=recipe, threads=1, train=train, validation=validation)
        found[name] = hashlib.sha256(b"".join(model.to_files().values())).hexdigest()
    return found
