"""Checks of labels and scores: the preconditions of every metric."""

import numpy as np
import numpy.typing as npt

from foundation.errors import InvalidData
from fraud.data.arrays import AnyArray, Flags, Floats, Integers

UNTOUCHED = "Nothing was measured."


def checked_scores(labels: npt.ArrayLike, scores: npt.ArrayLike) -> tuple[Flags, Floats]:
    """Return (is fraud, score) of each row.

    Raises:
        InvalidData: A label is not 0 or 1, only one class occurs, a score is not from 0 to 1, or
            the shapes differ. The message names the first such row, counted from 0.
    """
    label, score = np.asarray(labels), np.asarray(scores, dtype=np.float64)
    _require_pairs(label, score)
    _require_all((score >= 0) & (score <= 1), score, "A fraud score is a number between 0 and 1")
    _require_all((label == 0) | (label == 1), label, "A label is 0 (legitimate) or 1 (fraud)")
    frauds = int(np.count_nonzero(label))
    if frauds in (0, len(label)):
        message = (
            f"Metrics need frauds and legitimate transactions; {frauds} of these {len(label)} rows "
            f"are frauds. Measure on more rows, or on a stratified split. {UNTOUCHED}"
        )
        raise InvalidData(message)
    return label.astype(bool), score


def checked_days(days: npt.ArrayLike | None, rows: int) -> Integers:
    """Return the whole-number day of each row; all rows are of one day when there are no days."""
    day = np.zeros(rows, dtype=np.int64) if days is None else np.asarray(days)
    if day.shape != (rows,) or not np.issubdtype(day.dtype, np.integer):
        message = (
            f"Each of the {rows} rows needs one day, a whole number; these days are an array of "
            f"{day.dtype} with shape {day.shape}. {UNTOUCHED}"
        )
        raise InvalidData(message)
    return day


def _require_pairs(label: AnyArray, score: AnyArray) -> None:
    if label.ndim != 1 or label.shape != score.shape:
        message = (
            "Each row needs one label and one score; the labels have shape "
            f"{label.shape} and the scores {score.shape}. {UNTOUCHED}"
        )
        raise InvalidData(message)


def _require_all(good: Flags, values: AnyArray, law: str) -> None:
    bad = np.flatnonzero(~good)
    if len(bad):
        message = (
            f"{law}; row {bad[0]} has {values[bad[0]]}, and {len(bad)} of {len(good)} rows are "
            f"like that. Find out why the model or the file gives them. {UNTOUCHED}"
        )
        raise InvalidData(message)
