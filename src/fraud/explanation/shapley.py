"""SHAP values: by how much each column moved a score, whatever the algorithm.

The values and the base add up to the output of the algorithm for a row: its log-odds, or for a
forest its share of votes. The values of trees are exact (Lundberg and Lee, "A Unified Approach to
Interpreting Model Predictions", 2017; TreeSHAP, 2018), computed by XGBoost and LightGBM themselves
and by shap for forests. The values of other algorithms are sampled (Štrumbelj and Kononenko,
"Explaining prediction models and individual predictions with feature contributions", 2014): columns
of a few background rows are replaced one after another by those of the row; exact where columns
only add up, as in a logistic regression. The values of a blend are the mean of its members', which
add up as their log-odds do; where the blend clips a member, its values shrink in proportion (the
rescale rule: Chen, Lundberg and Lee, "Explaining a series of models by propagating Shapley values",
2022).
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from fraud.algorithms import (
    algorithm_named,
    lightgbm_trees,
    random_forest,
    skops_files,
    xgboost_trees,
)
from fraud.algorithms.blend import MEMBERS, SUREST, own_transform
from fraud.data.arrays import Integers, Matrix, Scores
from fraud.features.transforms import AsTreesAndNetworksSee, Transform
from fraud.metrics.log_odds import log_odds

Files = Mapping[str, bytes]
Unit = Literal["log-odds", "probability"]

BACKGROUND_ROWS = 20
ORDERS = 1  # in which columns are replaced; each also backwards, which evens out much of the noise
ROWS_AT_ONCE = 2_000
NEGLIGIBLE = 1e-15  # a sum of contributions this small is the noise of rounding


class Contributions(NamedTuple):
    """SHAP values (n, columns), and `base`, the output for a row of which nothing is known."""

    values: Matrix
    base: float
    unit: Unit


def shapley_values(
    algorithm: str,
    files: Files,
    transform: Transform,
    rows: Matrix,
    background: Matrix,
    *,
    seed: int,
) -> Contributions:
    """Return SHAP values of `rows`, which are not transformed yet.

    `background` is the reference sample of the algorithms whose values are sampled with `seed`;
    exact values need neither. The time in both matrices is a time of day.
    """
    if algorithm in OF_TREES:
        return OF_TREES[algorithm](files, transform.apply(rows))
    if isinstance(transform, AsTreesAndNetworksSee):
        own = ((member.name, own_transform(member, transform)) for member in MEMBERS)
        return blend_shapley_values(
            [shapley_values(name, files, each, rows, background, seed=seed) for name, each in own]
        )
    predictor = algorithm_named(algorithm).load(files)
    return sampled(
        lambda matrix: predictor.scores(transform.apply(matrix)), rows, background, seed=seed
    )


def of_xgboost(files: Files, rows: Matrix) -> Contributions:
    import xgboost

    booster = xgboost.Booster()
    booster.load_model(bytearray(files[xgboost_trees.FILE]))
    found = booster.predict(xgboost.DMatrix(rows), pred_contribs=True)
    return _with_base_last(np.asarray(found, dtype=np.float64))


def of_lightgbm(files: Files, rows: Matrix) -> Contributions:
    import lightgbm

    booster = lightgbm.Booster(model_str=files[lightgbm_trees.FILE].decode())
    return _with_base_last(np.asarray(booster.predict(rows, pred_contrib=True)))


def _with_base_last(found: Matrix) -> Contributions:
    return Contributions(found[:, :-1], float(found[0, -1]), "log-odds")


def of_random_forest(files: Files, rows: Matrix) -> Contributions:
    with warnings.catch_warnings():
        # shap calls functions of matplotlib, at its import, that are about to be deprecated.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        import shap

    forest = skops_files.loads(files[random_forest.FILE], trusted=["sklearn.tree._tree.Tree"])
    explainer = shap.TreeExplainer(forest)
    # A tree compares float32 with its splits.
    values = np.asarray(explainer.shap_values(rows.astype(np.float32)))[:, :, 1]
    return Contributions(values, float(explainer.expected_value[1]), "probability")


OF_TREES: dict[str, Callable[[Files, Matrix], Contributions]] = {
    "xgboost": of_xgboost,
    "lightgbm": of_lightgbm,
    "random_forest": of_random_forest,
}


def blend_shapley_values(members: Sequence[Contributions]) -> Contributions:
    """Return the mean of the members' SHAP values, each clipped as the blend clips its member."""
    clipped = [_clipped(member) for member in members]
    values = np.mean([member.values for member in clipped], axis=0)
    return Contributions(values, sum(member.base for member in clipped) / len(clipped), "log-odds")


def _clipped(member: Contributions) -> Contributions:
    """Shrink the values of a member in proportion to how far the blend clips its log-odds."""
    surest = float(log_odds(np.array(1 - SUREST)))
    base = float(np.clip(member.base, -surest, surest))
    moved = member.values.sum(axis=1)
    clipped = np.clip(member.base + moved, -surest, surest) - base
    share = np.divide(clipped, moved, out=np.ones_like(moved), where=np.abs(moved) > NEGLIGIBLE)
    return Contributions(member.values * share[:, np.newaxis], base, member.unit)


def sampled(
    score: Callable[[Matrix], Scores], rows: Matrix, background: Matrix, *, seed: int
) -> Contributions:
    """Return sampled SHAP values of the log-odds of `score`, with `background` as reference.

    Values and base add up to the log-odds of each row, whatever was drawn.
    """
    random = np.random.default_rng(seed)
    orders = list(_orders(rows.shape[1], random))
    parts = [rows[start : start + ROWS_AT_ONCE] for start in range(0, len(rows), ROWS_AT_ONCE)]

    def output(matrix: Matrix) -> Scores:
        return log_odds(score(matrix))

    values = np.concatenate([_replaced(output, part, background, orders) for part in parts])
    return Contributions(values, float(output(background).mean()), "log-odds")


def _orders(columns: int, random: np.random.Generator) -> Iterator[Integers]:
    for _ in range(ORDERS):
        order = random.permutation(columns)
        yield order
        yield order[::-1]


def _replaced(
    output: Callable[[Matrix], Scores],
    rows: Matrix,
    background: Matrix,
    orders: list[Integers],
) -> Matrix:
    """Replace column after column, and credit each with the mean change of its replacement."""
    values = np.zeros(rows.shape)
    for order in orders:
        mixed = np.tile(background, (len(rows), 1))
        before = output(mixed).reshape(len(rows), -1).mean(axis=1)
        for column in order:
            mixed[:, column] = np.repeat(rows[:, column], len(background))
            after = output(mixed).reshape(len(rows), -1).mean(axis=1)
            values[:, column] += (after - before) / len(orders)
            before = after
    return values
