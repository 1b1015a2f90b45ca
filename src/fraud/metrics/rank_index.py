"""Ladder: where the frauds stand among the legitimate rows, and how many rows are before each."""

from dataclasses import dataclass

import numpy as np

from fraud.data.arrays import AnyArray, Flags, Floats, Integers


@dataclass(frozen=True)
class ClassIndex:
    """One class of rows, cut at every place that a question is asked about.

    `slot` is the piece that each row lies in; `above`, `through` and `days` are numbers of pieces.
    """

    slot: Integers
    above: Integers
    through: Integers
    days: Integers

    @classmethod
    def of(cls, keys: Integers, thresholds: Integers, starts: Integers) -> "ClassIndex":
        ordered = np.sort(keys)
        above, through = (
            np.searchsorted(ordered, thresholds),
            np.searchsorted(ordered, thresholds, "right"),
        )
        days = np.searchsorted(ordered, starts)
        cuts = np.unique(np.concatenate([above, through, days]))
        pieces = np.searchsorted(cuts, np.arange(len(keys)), "right") - 1
        slot = np.empty_like(pieces)
        slot[np.argsort(keys, kind="stable")] = pieces
        return cls(
            slot,
            np.searchsorted(cuts, above),
            np.searchsorted(cuts, through),
            np.searchsorted(cuts, days),
        )

    def counts_before(self, counts: Integers) -> Integers:
        """Count the rows before each piece, the riskiest of the first day first."""
        pieces = np.bincount(self.slot, weights=counts, minlength=int(self.days[-1]))
        return counts_before(pieces)


@dataclass(frozen=True)
class RankIndex:
    """Where the frauds stand among the legitimate rows, riskiest first, day by day.

    Counts are taken in the order of the rows that it was built from. A rung is one fraud score of
    one day; rows of one score share it. `above` a rung are the rows before it, `through` it those
    up to its end.
    """

    frauds: ClassIndex
    legitimate: ClassIndex
    day: Integers  # of each rung

    @classmethod
    def of_scores(cls, labels: Flags, scores: Floats) -> "RankIndex":
        """Build one of a single day."""
        distinct, rank = np.unique(-scores, return_inverse=True)
        return cls.of(rank[labels], rank[~labels], len(distinct))

    @classmethod
    def of(cls, fraud_keys: Integers, legitimate_keys: Integers, width: int) -> "RankIndex":
        """Build from one key a row: day × `width` + rank of the score, riskiest 0."""
        thresholds = np.unique(fraud_keys)
        days = int(max(fraud_keys.max(), legitimate_keys.max())) // width + 1
        starts = np.arange(days + 1) * width
        frauds = ClassIndex.of(fraud_keys, thresholds, starts)
        return cls(frauds, ClassIndex.of(legitimate_keys, thresholds, starts), thresholds // width)


def counts_before(counts: AnyArray) -> Integers:
    """Sum up what comes before each place of the last axis, and in the end everything."""
    before = np.zeros((*counts.shape[:-1], counts.shape[-1] + 1), dtype=np.int64)
    np.cumsum(counts, axis=-1, out=before[..., 1:])
    return before
