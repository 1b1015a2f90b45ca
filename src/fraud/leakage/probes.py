"""Leakage probes: adversarial validation, future timestamps, and the gap between split kinds.

Each probe returns a LeakageFinding. Its sentence has the facts and what to do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from foundation.errors import InvalidData
from fraud.data.arrays import Floats
from fraud.data.folds import FoldPlan, make_folds
from fraud.data.labelled_rows import LabelledRows
from fraud.leakage.checks import SPLIT_GAP, LeakageFinding, ok, warn
from fraud.leakage.label_gaps import label_gaps
from fraud.leakage.report import ADVERSARIAL_VALIDATION, LeakageReport
from fraud.metrics.estimates import Estimate, evaluate_scores

__all__ = [
    "LeakageReport",
    "adversarial_validation",
    "future_timestamps",
    "label_gaps",
    "split_gap",
    "training_after_test",
]

if TYPE_CHECKING:
    from lightgbm import Booster


TELLABLE = 0.6  # the area under the ROC curve from which train and test are different worlds
SAMPLED_ROWS = 10_000  # of train, and of test
FEWEST_ROWS = 60  # of each: fewer would not fill three folds
PROBE: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 15,
    "learning_rate": 0.1,
    "min_child_samples": 50,
    "colsample_bytree": 0.5,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,  # on tables this small, threads mostly wait for each other
    "verbosity": -1,
}
PROBE_ROUNDS = 60

FUTURE_TIMESTAMPS = "future timestamps"
LATER_COLUMNS = "The search for columns that are later than their transaction"
LATER_ROWS = "The comparison of training and test rows in time"
LATER = 0.95  # the share of a column's values that are not before their transaction
IN_STEP = 0.9  # the correlation with time, and how near the slope is to one second a second
FEWEST_MOMENTS = 20
BEYOND = 1.0  # how long after the last transaction a moment may be, in spans of the data

LARGE_GAP = 0.05  # of average precision


def adversarial_validation(train: LabelledRows, test: LabelledRows, seed: int) -> LeakageFinding:
    """Fit a classifier of train rows against test rows, on every column but the time, if any.

    Adversarial validation: where the classifier separates them, what is learned on train need not
    hold on test. The ROC AUC is of out-of-fold scores, three folds of them.
    """
    _require_comparable(train, test)
    both = _side_by_side(train, test, seed)
    scores, uses = _told_apart(both, seed)
    found = evaluate_scores(both.labels, scores, threshold=0.5, days=None, resamples=200, seed=seed)
    area = found["roc_auc"]
    facts = f"area under the ROC curve {area.value:.3f}, {area.low:.3f} to {area.high:.3f}"
    figures = {"roc_auc": area.value, "low": area.low, "high": area.high}
    if area.value <= TELLABLE or area.low <= 0.5:
        sentence = f"A model cannot tell test rows from train rows ({facts})."
        return ok(ADVERSARIAL_VALIDATION, sentence, **figures)
    most = sorted(uses, key=lambda column: -uses[column])[:3]
    named = ", ".join(f"{column} ({uses[column]:.0%})" for column in most)
    sentence = (
        f"A model tells test rows from train rows ({facts}), mostly by {named}. Look at how those "
        "columns changed: what is learned from them on train may not hold on test."
    )
    return warn(ADVERSARIAL_VALIDATION, sentence, **figures, **_named("gain", uses, most))


def _require_comparable(train: LabelledRows, test: LabelledRows) -> None:
    if train.columns != test.columns:
        message = (
            f"Train and test need the same columns in the same order: {train.columns} is not "
            f"{test.columns}. Nothing was checked."
        )
        raise InvalidData(message)
    fewest = min(len(train.labels), len(test.labels))
    if fewest < FEWEST_ROWS:
        message = (
            f"Train and test need {FEWEST_ROWS} rows each to be compared; one of them has "
            f"{fewest}. Nothing was checked; give more rows."
        )
        raise InvalidData(message)


def _side_by_side(train: LabelledRows, test: LabelledRows, seed: int) -> LabelledRows:
    """Return a sample of both in one table; the label is 1 for rows of test."""
    random = np.random.default_rng(seed)
    parts = [
        part.rows[np.sort(random.permutation(len(part.labels))[:SAMPLED_ROWS])]
        for part in (train, test)
    ]
    is_test = np.repeat(np.array([0, 1], dtype=np.int8), [len(part) for part in parts])
    return replace(train, rows=np.concatenate(parts), labels=is_test)


def _told_apart(both: LabelledRows, seed: int) -> tuple[Floats, dict[str, float]]:
    """Return the out-of-fold score of each row, and the share of gain of each column."""
    import lightgbm

    names = both.columns if both.roles.time is None else both.columns[:-1]
    matrix = both.rows[:, : len(names)]
    scores, gains = np.zeros(len(both.labels)), np.zeros(len(names))
    for fold in make_folds(both, FoldPlan(folds=3, seed=seed)):
        fitted = np.concatenate([fold.train, fold.stop])
        data = lightgbm.Dataset(matrix[fitted], both.labels[fitted], params=PROBE)
        model: Booster = lightgbm.train(PROBE | {"seed": seed}, data, num_boost_round=PROBE_ROUNDS)
        scores[fold.validation] = model.predict(matrix[fold.validation])
        gains += model.feature_importance("gain")
    shares = gains / max(float(gains.sum()), 1.0)
    return scores, dict(zip(names, shares.tolist(), strict=True))


def future_timestamps(rows: LabelledRows, test: LabelledRows | None = None) -> LeakageFinding:
    """Find columns that look like a moment after their own transaction, as a settlement is.

    Nearly none of the values of such a column is before the transaction, and they advance with its
    time. All rows are searched, and the frauds alone: a chargeback has no time elsewhere. Given the
    `test` rows of a time-ordered split, the finding also warns of `rows` that are not before them.
    Raises RoleMissing for rows without a time.
    """
    found = [_later_columns(rows)]
    if test is not None:
        found.append(training_after_test(rows, test))
    warnings = [finding for finding in found if finding.verdict == "warn"]
    sentence = " ".join(finding.sentence for finding in warnings or found)
    figures = {name: value for finding in found for name, value in finding.figures.items()}
    return (warn if warnings else ok)(FUTURE_TIMESTAMPS, sentence, **figures)


def _later_columns(rows: LabelledRows) -> LeakageFinding:
    times, is_fraud = rows.require_times(LATER_COLUMNS), rows.labels == 1
    delays: dict[str, float] = {}
    for position, column in enumerate(rows.columns[:-1]):
        for part in (np.ones_like(is_fraud), is_fraud):
            delay = _delay(rows.rows[part, position], times[part])
            if delay is not None:
                delays.setdefault(column, delay)
    if not delays:
        return ok(FUTURE_TIMESTAMPS, "No column looks like a moment after its own transaction.")
    named = ", ".join(f"{column} (by {delay:,.0f} s)" for column, delay in delays.items())
    sentence = (
        f"These columns look like moments after their own transaction: {named}. They are not "
        "known when it is scored; leave them out."
    )
    return warn(FUTURE_TIMESTAMPS, sentence, **_named("delay", delays, delays))


def _named(what: str, values: Mapping[str, float], columns: Iterable[str]) -> dict[str, float]:
    return {f"{what}_{column}": values[column] for column in columns}


def _delay(values: Floats, times: Floats) -> float | None:
    """Return the median delay of a column behind its transaction; None if it is not later."""
    there = np.isfinite(values)
    values, times = values[there], times[there]
    if len(values) < FEWEST_MOMENTS or not np.ptp(times) or not np.ptp(values):
        return None
    delays = values - times
    is_within = values.max() <= times.max() + BEYOND * np.ptp(times)
    if not is_within or np.mean(delays >= 0) < LATER or not np.median(delays) > 0:
        return None
    correlation = np.corrcoef(values, times)[0, 1]
    slope = correlation * values.std() / times.std()
    in_step = correlation >= IN_STEP and abs(slope - 1) <= 1 - IN_STEP
    return float(np.median(delays)) if in_step else None


def training_after_test(train: LabelledRows, test: LabelledRows) -> LeakageFinding:
    """Count the training rows at or after the first row of test, for splits by time."""
    times = train.require_times(LATER_ROWS)
    first = float(test.require_times(LATER_ROWS).min())
    late = int(np.count_nonzero(times >= first))
    if not late:
        return ok("training after test", "Every training row is before the first row of test.")
    sentence = (
        f"{late:,} of {len(times):,} training rows are not before the first row of test "
        f"({first:,.0f} s): the model knows the future that it is judged on. Split by time."
    )
    return warn("training after test", sentence, rows=late)


def difference_interval(one: Estimate, other: Estimate) -> tuple[float, float]:
    """Return the interval of the difference of two estimates of different rows, by MOVER.

    Source: Zou and Donner, "Construction of confidence limits about effect measures" (2008).
    """
    gap = one.value - other.value
    below = np.hypot(one.value - one.low, other.high - other.value)
    above = np.hypot(one.high - one.value, other.value - other.low)
    return float(gap - below), float(gap + above)


def split_gap(random_score: Estimate, time_score: Estimate) -> LeakageFinding:
    """Compare the score of a model on a random split with that on a time-ordered split.

    Both scores are average precisions with intervals, of different rows.
    """
    gap = random_score.value - time_score.value
    low, high = difference_interval(random_score, time_score)
    facts = (
        f"average precision is {random_score.value:.3f} on a random split and "
        f"{time_score.value:.3f} on a time-ordered one, a gap of {gap:+.3f} ({low:+.3f} to "
        f"{high:+.3f})"
    )
    figures = {"gap": gap, "low": low, "high": high}
    if gap <= LARGE_GAP or low <= 0:
        sentence = f"A random split does not flatter the model beyond chance: {facts}."
        return ok(SPLIT_GAP, sentence, **figures)
    sentence = (
        f"A random split flatters the model: {facts}. Believe the time-ordered one: production "
        "knows the past only."
    )
    return warn(SPLIT_GAP, sentence, **figures)
