"""Fit checks: the preconditions of a fit."""

from foundation.errors import InvalidData, InvalidParams
from foundation.wording import counted
from fraud.data.labelled_rows import LabelledRows

SEEDS = 2**31  # LightGBM holds a seed in 32 bits with a sign


def require_learnable(train: LabelledRows, validation: LabelledRows) -> None:
    """Raise InvalidData unless both have both classes, and the same columns and categories."""
    _require_alike(train, validation)
    for name, part in (("training", train), ("validation", validation)):
        if part.fraud_count in (0, len(part.labels)):
            message = (
                f"A model is fitted on frauds and legitimate transactions: the {name} rows hold "
                f"{counted(part.fraud_count, 'fraud')} among {len(part.labels):,}. Nothing was "
                "fitted; give more rows, or split them stratified."
            )
            raise InvalidData(message)


def require_runnable(seed: int, threads: int | None) -> None:
    """Raise InvalidParams for a seed or a number of threads that is out of range."""
    problems = []
    if not 0 <= seed < SEEDS:
        problems.append(f"the seed is a whole number from 0 to {SEEDS - 1}, not {seed}")
    if threads is not None and threads < 1:
        problems.append(f"threads are at least 1, or None for as many as are useful, not {threads}")
    if problems:
        what = "The seed and threads of a fit"
        raise InvalidParams(what, problems)


def _require_alike(train: LabelledRows, validation: LabelledRows) -> None:
    if train.columns != validation.columns:
        message = (
            f"Training and validation need the same columns in the same order: {train.columns} is "
            f"not {validation.columns}. Nothing was fitted."
        )
        raise InvalidData(message)
    names = sorted({*train.categories, *validation.categories})
    for name in names:
        if train.categories.get(name) != validation.categories.get(name):
            message = (
                f"A code must stand for the same text in training and validation: those of {name} "
                "differ. Nothing was fitted; take both from one data set."
            )
            raise InvalidData(message)
    if gaps := sorted(validation.may_miss - train.may_miss):
        message = (
            f"What validation may miss, training may miss: {', '.join(gaps)} may have gaps in "
            "validation only. Nothing was fitted; take both from one data set."
        )
        raise InvalidData(message)
