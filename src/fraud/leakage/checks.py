"""Leakage checks: what makes a model look better on these splits than in production."""

from collections.abc import Mapping
from itertools import combinations, pairwise
from math import sqrt
from typing import Literal

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict

from foundation.locations import SPLITS, Split
from fraud.data.arrays import Assignment, Flags, Floats, Integers, Labels

LEAKING_ROC_AUC = 0.99  # a column that ranks frauds this well is more likely the label than a clue
UNLIKELY = 3.0  # standard errors
SAMPLED_ROWS = 10_000  # of frauds, and of other transactions
# Checks, by the names that their findings have.
SINGLE_COLUMNS = "single columns"
CONSTANT_COLUMNS = "constant columns"
FRAUD_SHARE = "fraud share"
SPLIT_GAP = "split gap"


class LeakageFinding(BaseModel):
    """The result of one check: its sentence, its figures, and whether it warns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    verdict: Literal["ok", "warn"]
    sentence: str
    figures: dict[str, float] = {}


class SplitCounts(BaseModel):
    """Rows, frauds and time range of a split, in seconds; None for data without a time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    frauds: int
    first_time: float | None
    last_time: float | None


def duplicates_across_splits(copies: Integers, splits: Assignment) -> LeakageFinding:
    """Count the rows whose first equal row is in another split."""
    straddling = int((splits != splits[copies]).sum())
    if not straddling:
        return ok("duplicates across splits", "No two equal rows are in different splits.")
    return warn(
        "duplicates across splits",
        f"{straddling:,} rows have an equal row in another split: a model is tested on what it "
        "has seen. Set keep_duplicates_together: true.",
        rows=straddling,
    )


def sampled_rows(labels: Labels, seed: int) -> Integers:
    """Return the indices of a sample: up to SAMPLED_ROWS frauds, and as many others at most."""
    chooser = np.random.default_rng(seed)
    chosen = []
    for label in (0, 1):
        rows = np.flatnonzero(labels == label)
        chosen.append(chooser.choice(rows, min(len(rows), SAMPLED_ROWS), replace=False))
    return np.sort(np.concatenate(chosen))


def label_leaking_columns(sample: pl.DataFrame, label: str) -> LeakageFinding:
    """Find columns that alone separate fraud from the rest, by their univariate ROC AUC.

    The figures of the finding are those of `single_column_aucs`, of every column.
    """
    strengths = single_column_aucs(sample, label)
    leaking = {name: area for name, area in strengths.items() if area >= LEAKING_ROC_AUC}
    best = max(strengths, key=lambda name: strengths[name])
    if not leaking:
        sentence = (
            f"No column alone tells fraud from the rest: the best, {best}, has an area under the "
            f"ROC curve of {strengths[best]:.3f}; {LEAKING_ROC_AUC} would be suspicious."
        )
        return _single_columns("ok", sentence, strengths)
    listed = ", ".join(f"{name} ({area:.3f})" for name, area in leaking.items())
    sentence = (
        f"These columns alone rank frauds almost perfectly (area under the ROC curve): {listed}. "
        "Are they known when a transaction is scored, or only after it was found to be fraud?"
    )
    return _single_columns("warn", sentence, strengths)


def _single_columns(
    verdict: Literal["ok", "warn"], sentence: str, strengths: dict[str, float]
) -> LeakageFinding:
    # Not by `ok` or `warn`: a column may have the name of one of their arguments.
    return LeakageFinding(
        check=SINGLE_COLUMNS, verdict=verdict, sentence=sentence, figures=strengths
    )


def single_column_aucs(sample: pl.DataFrame, label: str) -> dict[str, float]:
    """Return the ROC AUC of each column as a score of fraud, folded to 0.5 … 1.

    A column of text ranks by how common fraud is with each text, in the other half of the rows.
    Gaps rank first or last, whichever tells more. `label` is 1 for fraud, and both classes are
    there.

    Source: Mann and Whitney, "On a test of whether one of two random variables is stochastically
    larger than the other" (1947).
    """
    is_fraud = sample[label].to_numpy() == 1
    areas = {column.name: _best_area(column, is_fraud) for column in sample.drop(label)}
    return {name: max(area, 1 - area) for name, area in areas.items()}


def _best_area(column: pl.Series, is_fraud: Flags) -> float:
    if column.dtype == pl.String:
        rankings = [_fraud_rates(column, is_fraud)]
    elif column.null_count():  # that a number is missing may reveal as much as the number
        rankings = [column.fill_null(end).to_numpy() for end in (-np.inf, np.inf)]
    else:
        rankings = [column.to_numpy()]
    areas = [_area(values[is_fraud], values[~is_fraud]) for values in rankings]
    return max(areas, key=lambda area: abs(area - 0.5))


def _fraud_rates(column: pl.Series, is_fraud: Flags) -> Floats:
    """Return for each row the share of fraud that its text has in the other half of the rows.

    Computed from all rows, a text that occurs once would reveal the label of its own row.
    """
    codes = column.rank("dense").fill_null(0).to_numpy().astype(np.int64)
    # Every second fraud and every second other, so that fraud is as common in both halves.
    halves = np.where(is_fraud, np.cumsum(is_fraud), np.cumsum(~is_fraud)) % 2
    rates = np.empty(len(codes))
    for half in (0, 1):
        there = halves != half
        rows = np.bincount(codes[there], minlength=codes.max() + 1)
        frauds = np.bincount(codes[there & is_fraud], minlength=codes.max() + 1)
        prior = is_fraud[there].mean()
        known = np.where(rows > 0, frauds / np.maximum(rows, 1), prior)
        rates[halves == half] = known[codes[halves == half]]
    return rates


def _area(frauds: Floats, others: Floats) -> float:
    """Return the ROC AUC: how often a fraud is above another transaction (Mann and Whitney)."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, frauds, side="left").sum()
    not_above = np.searchsorted(ordered, frauds, side="right").sum()
    return float(below + not_above) / (2 * len(frauds) * len(others))


def constant_columns(sample: pl.DataFrame, label: str) -> LeakageFinding:
    """Find columns that never change, are empty, or repeat another."""
    every = sample.drop(label)
    empty = [column.name for column in every if _is_empty(column)]
    columns = every.drop(empty)
    constant = [column.name for column in columns if column.n_unique() == 1]
    # Equal columns have equal sums: compare whole columns only where those agree.
    sums = columns.sum().row(0, named=True)
    same = [
        f"{one} = {other}"
        for one, other in combinations(columns.columns, 2)
        if sums[one] == sums[other] and columns[one].equals(columns[other])
    ]
    problems = [f"{name} is empty" for name in empty]
    problems += [f"{name} is constant" for name in constant] + same
    seen = f"in the {sample.height:,} rows that were looked at"
    if not problems:
        return ok(CONSTANT_COLUMNS, f"No column is empty, constant or repeats another {seen}.")
    return warn(CONSTANT_COLUMNS, f"{'; '.join(problems)} {seen}.", columns=len(problems))


def _is_empty(column: pl.Series) -> bool:
    """Return whether every value is missing; a missing number may be NaN."""
    missing = column.null_count()
    if column.dtype.is_float():
        missing += int(column.is_nan().sum())
    return missing == column.len() > 0


def fraud_share_drift(counts: Mapping[Split, SplitCounts]) -> LeakageFinding:
    """Compare the share of fraud of each split with that of train, in standard errors."""
    errors = {
        name: _standard_errors(counts[name], counts["train"]) for name in SPLITS if name != "train"
    }
    shares = ", ".join(f"{c.frauds / c.rows:.3%} in {name}" for name, c in counts.items())
    figures = {f"{name}_standard_errors": value for name, value in errors.items()}
    if all(abs(value) < UNLIKELY for value in errors.values()):
        return ok(FRAUD_SHARE, f"Fraud is as common in each split: {shares}.", **figures)
    sentence = (
        f"Fraud is not as common in each split: {shares}. A threshold chosen on one of them will "
        "alert more or less often on another."
    )
    return warn(FRAUD_SHARE, sentence, **figures)


def _standard_errors(split: SplitCounts, train: SplitCounts) -> float:
    pooled = (split.frauds + train.frauds) / (split.rows + train.rows)
    error = sqrt(pooled * (1 - pooled) * (1 / split.rows + 1 / train.rows))
    return (split.frauds / split.rows - train.frauds / train.rows) / error if error else 0.0


def time_overlap(counts: Mapping[Split, SplitCounts]) -> LeakageFinding:
    """Check that each split ends before the next begins; every split has its times."""
    known = {
        name: (split.first_time, split.last_time)
        for name, split in counts.items()
        if split.first_time is not None and split.last_time is not None
    }
    overlapping = [
        f"{earlier} ends at {known[earlier][1]:g} s, {later} starts at {known[later][0]:g} s"
        for earlier, later in pairwise(SPLITS)
        if known[earlier][1] >= known[later][0]
    ]
    if not overlapping:
        return ok("time", "Each split ends before the next begins.")
    return warn("time", f"Splits overlap in time: {'; '.join(overlapping)}.")


def ok(check: str, sentence: str, **figures: float) -> LeakageFinding:
    return LeakageFinding(check=check, verdict="ok", sentence=sentence, figures=figures)


def warn(check: str, sentence: str, **figures: float) -> LeakageFinding:
    return LeakageFinding(check=check, verdict="warn", sentence=sentence, figures=figures)
