"""True quality: models whose metrics are known before any row is drawn, and what they score.

Legitimate rows score N(0, 1) with every model, so what a model is worth follows from how it scores
frauds alone. Models share most of what they see in a row, as real ones do.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import norm

from fraud.data.arrays import Floats, Integers

AP, RECALL = "average_precision", "recall_at_1pct_fpr"
GRID = np.linspace(-8, 16, 24_001)  # of scores


@dataclass(frozen=True)
class Model:
    """Most frauds score N(apart, 1); a `hidden` share of them N(faint, 1)."""

    apart: float
    hidden: float = 0.0
    faint: float = 0.5

    def beyond(self, score: Floats) -> Floats:
        """The share of all frauds that score more."""
        plain, faint = norm.sf(score - self.apart), norm.sf(score - self.faint)
        return (1 - self.hidden) * plain + self.hidden * faint

    def true(self, metric: str, share: float) -> float:
        """Its average precision where there are `share` frauds a legitimate row, or its recall."""
        if metric == RECALL:
            return float(self.beyond(norm.isf(0.01)))
        found = share * self.beyond(GRID)
        precision = found / (found + norm.sf(GRID))
        return float(np.trapezoid(precision, 1 - self.beyond(GRID)))


@dataclass(frozen=True)
class World:
    """How many rows there are, and how much of a score (of its variance) models share."""

    frauds: int = 74  # as among the test rows of the reference data
    legitimate: int = 42_647
    shared: float = 0.9

    @property
    def share(self) -> float:
        return self.frauds / self.legitimate

    @property
    def labels(self) -> Integers:
        return (np.arange(self.frauds + self.legitimate) < self.frauds).astype(np.int64)

    def scores(self, models: list[Model], random: np.random.Generator) -> Floats:
        """Draw rows, the frauds first, and score them: [models, rows], between 0 and 1."""
        rows = self.frauds + self.legitimate
        scores = np.sqrt(1 - self.shared) * random.normal(size=(len(models), rows))
        scores += np.sqrt(self.shared) * random.normal(size=rows)
        luck = random.random(self.frauds)  # a fraud that one model finds hard, others do too
        for model, found in zip(models, scores, strict=True):
            found[: self.frauds] += np.where(luck < model.hidden, model.faint, model.apart)
        return expit(scores)

    def measured(self, scores: Floats) -> dict[str, float]:
        """Measure one model on these rows by sorting its frauds only: many models are fast."""
        frauds, legitimate = -np.sort(-scores[: self.frauds]), scores[self.frauds :]
        after = np.searchsorted(-frauds, -legitimate[legitimate > frauds[-1]])
        alarms = np.cumsum(np.bincount(after, minlength=self.frauds))[: self.frauds]
        hits = np.arange(1, self.frauds + 1)
        return {
            AP: float(np.mean(hits / (hits + alarms))),
            RECALL: float(np.mean(alarms / self.legitimate <= 0.01)),
        }


REFERENCE = World()


def equal_model(other: Model, hidden: float, world: World = REFERENCE) -> Model:
    """Make a model with as much average precision that hides another share of the frauds."""

    def gap(apart: float) -> float:
        return Model(apart, hidden).true(AP, world.share) - other.true(AP, world.share)

    return Model(brentq(gap, -2, 14), hidden)
