"""Gappy rows: the small world of fakes.labelled_rows, with missing values and two categories."""

from dataclasses import replace
from functools import cache

import numpy as np

from fakes.data.labelled_rows import fake_rows, quick_fit
from fraud.data.labelled_rows import LabelledRows
from fraud.model.fraud_model import FraudModel
from fraud.model.recipe import PLAIN, Recipe

SHOPS = tuple(f"shop {n}" for n in range(60))  # more than get a column each
CATEGORIES = {"Shop": SHOPS, "Channel": ("web", "till", "phone")}
MAY_MISS = frozenset({"V1", "V3", "Amount"})


def gappy_rows(seed: int, count: int = 1200) -> LabelledRows:
    """One value in ten is missing where it may be; frauds like the third channel."""
    random = np.random.default_rng(seed)
    plain = fake_rows(seed, count)
    shops = np.minimum(random.geometric(0.1, size=count) - 1, len(SHOPS) - 1).astype(float)
    channels = random.choice(3, size=count, p=[0.6, 0.3, 0.1]).astype(float)
    channels[(plain.labels == 1) & (random.random(count) < 0.7)] = 2
    columns = ("V1", "V2", "Shop", "V3", "Channel", "V4", "Amount", "Time")
    rows = np.insert(plain.rows, [2, 3], np.column_stack([shops, channels]), axis=1)
    for column in MAY_MISS | CATEGORIES.keys():
        rows[random.random(count) < 0.1, columns.index(column)] = np.nan
    return replace(plain, columns=columns, rows=rows, categories=CATEGORIES, may_miss=MAY_MISS)


@cache
def gappy_fitted(algorithm: str, recipe: Recipe = PLAIN) -> FraudModel:
    """Fit once for all the tests that only look at a model."""
    rows = {"train": gappy_rows(1), "validation": gappy_rows(2)}
    return quick_fit(algorithm, recipe=recipe, threads=1, **rows)
