"""Evaluation: all metrics of a model's scores, and their cost, on given terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Protocol, Self

import numpy as np

from fraud.data.arrays import Flags, Floats, Integers, Labels
from fraud.data.folds import Fold
from fraud.data.labelled_rows import LabelledRows
from fraud.metrics.costs import Costs, cost_estimate
from fraud.metrics.estimates import Estimate, evaluate_scores

COST = "cost_per_1000"
DECIDED = ("accuracy", "precision", "recall", "f1")
SECONDS_A_DAY = 86_400
CALLS_FRAUD = 0.5  # a flag is a score of one


class EvaluationTerms(Protocol):
    """The review capacity, the costs, and the resamples and seed of the intervals."""

    @property
    def alerts_per_day(self) -> int: ...

    @property
    def costs(self) -> Costs: ...

    @property
    def resamples(self) -> int: ...

    @property
    def seed(self) -> int: ...


@dataclass(frozen=True)
class EvaluationRows:
    """Labels, amounts and day numbers of the rows that a model is evaluated on."""

    labels: Labels
    amounts: Floats
    days: Integers

    @classmethod
    def of(cls, rows: LabelledRows) -> Self:
        return cls(rows.labels, rows.amounts, (rows.times // SECONDS_A_DAY).astype(np.int64))

    @classmethod
    def validated(cls, rows: LabelledRows, folds: Sequence[Fold]) -> Self:
        """Take the validation rows of all folds, in the order of the folds."""
        return cls.of(rows.take(np.concatenate([fold.validation for fold in folds])))


@dataclass(frozen=True)
class TestSet:
    """The test split, and the terms on which every model is evaluated on it."""

    __test__: ClassVar[bool] = False  # to pytest, which would take the name for that of a test

    split: LabelledRows
    terms: EvaluationTerms

    @cached_property
    def rows(self) -> EvaluationRows:
        return EvaluationRows.of(self.split)

    @property
    def labels(self) -> Labels:
        return self.split.labels

    def evaluate(self, scores: Floats, threshold: float) -> dict[str, Estimate]:
        """Return every metric and the cost of a model that gave these scores to the rows."""
        return evaluate_at_threshold(self.rows, scores, threshold, self.terms)


def evaluate_out_of_fold(
    rows: EvaluationRows, scores: Floats, flagged: Flags, terms: EvaluationTerms
) -> dict[str, Estimate]:
    """Return ranking and probability metrics of out-of-fold scores, and the cost of `flagged`.

    Metrics of a decision (precision, recall, …) are left out: each fold's model has a threshold of
    its own. `flagged` holds the decisions by those thresholds.
    """
    found = _estimates(rows, scores, CALLS_FRAUD, terms)
    ranked = {name: estimate for name, estimate in found.items() if name not in DECIDED}
    return {**ranked, COST: _cost(rows, flagged.astype(np.float64), CALLS_FRAUD, terms)}


def evaluate_at_threshold(
    rows: EvaluationRows, scores: Floats, threshold: float, terms: EvaluationTerms
) -> dict[str, Estimate]:
    """Return every metric and the cost of one model with one threshold."""
    found = _estimates(rows, scores, threshold, terms)
    return {**found, COST: _cost(rows, scores, threshold, terms)}


def _estimates(
    rows: EvaluationRows, scores: Floats, threshold: float, terms: EvaluationTerms
) -> dict[str, Estimate]:
    return evaluate_scores(
        rows.labels,
        scores,
        threshold=threshold,
        days=rows.days,
        per_day=terms.alerts_per_day,
        resamples=terms.resamples,
        seed=terms.seed,
    )


def _cost(
    rows: EvaluationRows, scores: Floats, threshold: float, terms: EvaluationTerms
) -> Estimate:
    return cost_estimate(
        rows.labels,
        scores,
        rows.amounts,
        threshold=threshold,
        costs=terms.costs,
        resamples=terms.resamples,
        seed=terms.seed,
    )
