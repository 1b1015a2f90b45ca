"""Evaluation: all metrics of a model's scores, and their cost, on given terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Protocol, Self

import numpy as np

from fraud.data.arrays import Flags, Floats, Integers, Labels
from fraud.data.folds import Fold
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles, left_out
from fraud.metrics.costs import Costs, cost_estimate
from fraud.metrics.estimates import OF_A_DAY, Estimate, evaluate_scores
from fraud.metrics.names import metric_name, metric_title

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
    """Labels, amounts and day numbers of the rows that a model is evaluated on.

    Amounts and days are None where the data has no amount or no time.
    """

    labels: Labels
    amounts: Floats | None
    days: Integers | None

    @classmethod
    def of(cls, rows: LabelledRows) -> Self:
        return cls(rows.labels, rows.amounts, day_numbers(rows))

    @classmethod
    def validated(cls, rows: LabelledRows, folds: Sequence[Fold]) -> Self:
        """Take the validation rows of all folds, in the order of the folds."""
        return cls.of(rows.take(np.concatenate([fold.validation for fold in folds])))


def day_numbers(rows: LabelledRows) -> Integers | None:
    """Return the whole-number day of each row; None for data without a time."""
    return None if rows.times is None else (rows.times // SECONDS_A_DAY).astype(np.int64)


def not_measured(roles: Roles, *, data: str) -> list[str]:
    """Return a sentence on each metric that cannot be measured on data with these roles."""
    needs = {"amount": "Costs are", "time": f"{metric_title(OF_A_DAY)} is"}
    return [left_out(needs[role], role, data=data) for role in roles.missing]


def small_days(rows: EvaluationRows, per_day: int) -> list[str]:
    """Return a sentence where most days have fewer rows than are reviewed."""
    if rows.days is None:
        return []
    _, counts = np.unique(rows.days, return_counts=True)
    small = int((counts <= per_day).sum())
    if small * 2 <= len(counts):
        return []
    return [
        f"{small} of {len(counts)} days have no more than {per_day} of these rows: "
        f"{metric_name(OF_A_DAY)} is the share of frauds there, whatever the model. Set "
        "alerts_per_day to what can be reviewed of them."
    ]


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
        """Return the metrics and the cost of a model that gave these scores to the rows.

        Raises as `evaluate_at_threshold`, and leaves out what it leaves out.
        """
        return evaluate_at_threshold(self.rows, scores, threshold, self.terms)


def evaluate_out_of_fold(
    rows: EvaluationRows, scores: Floats, flagged: Flags | None, terms: EvaluationTerms
) -> dict[str, Estimate]:
    """Return ranking and probability metrics of out-of-fold scores, and the cost of `flagged`.

    Metrics of a decision (precision, recall, …) are left out: each fold's model has a threshold of
    its own. `flagged` holds the decisions by those thresholds. What needs amounts or days is left
    out where the rows have none (`not_measured`).
    """
    found = _estimates(rows, scores, CALLS_FRAUD, terms)
    ranked = {name: estimate for name, estimate in found.items() if name not in DECIDED}
    decided = None if flagged is None else flagged.astype(np.float64)
    return {**ranked, **_cost(rows, decided, CALLS_FRAUD, terms)}


def evaluate_at_threshold(
    rows: EvaluationRows, scores: Floats, threshold: float, terms: EvaluationTerms
) -> dict[str, Estimate]:
    """Return the metrics and the cost of one model with one threshold.

    What needs amounts or days is left out where the rows have none (`not_measured`).
    """
    found = _estimates(rows, scores, threshold, terms)
    return {**found, **_cost(rows, scores, threshold, terms)}


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
    rows: EvaluationRows, scores: Floats | None, threshold: float, terms: EvaluationTerms
) -> dict[str, Estimate]:
    if rows.amounts is None or scores is None:
        return {}
    cost = cost_estimate(
        rows.labels,
        scores,
        rows.amounts,
        threshold=threshold,
        costs=terms.costs,
        resamples=terms.resamples,
        seed=terms.seed,
    )
    return {COST: cost}
