"""Rank index: the rows sorted once, so that ranking metrics of a resample are sums of counts."""

from dataclasses import dataclass

import numpy as np

from fraud.data.arrays import AnyArray, Flags, Floats, Integers


@dataclass(frozen=True)
class ClassIndex:
    """The ranking of one class of rows, cut into pieces at every threshold and every day.

    `slot` is the piece that each row lies in; `above`, `through` and `days` are indices of pieces.
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
        """Return the rows before each piece, the riskiest of the first day first."""
        pieces = np.bincount(self.slot, weights=counts, minlength=int(self.days[-1]))
        return counts_before(pieces)


@dataclass(frozen=True)
class RankIndex:
    """The ranks of frauds and legitimate rows, riskiest first, day by day.

    Counts are taken in the order of the rows that the index was built from. A threshold is one
    distinct fraud score of one day. `above` a threshold are the rows that rank before it,
    `through` a threshold those up to its last tie.
    """

    frauds: ClassIndex
    legitimate: ClassIndex
    day: Integers  # of each threshold

    @classmethod
    def of_scores(cls, labels: Flags, scores: Floats) -> "RankIndex":
        """Build the index of rows of a single day."""
        distinct, rank = np.unique(-scores, return_inverse=True)
        return cls.of(rank[labels], rank[~labels], len(distinct))

    @classmethod
    def of(cls, fraud_keys: Integers, legitimate_keys: Integers, width: int) -> "RankIndex":
        """Build the index from one key a row: day × `width` + rank of the score, riskiest 0."""
        thresholds = np.unique(fraud_keys)
        days = int(max(fraud_keys.max(), legitimate_keys.max())) // width + 1
        starts = np.arange(days + 1) * width
        frauds = ClassIndex.of(fraud_keys, thresholds, starts)
        return cls(frauds, ClassIndex.of(legitimate_keys, thresholds, starts), thresholds // width)


def counts_before(counts: AnyArray) -> Integers:
    """Return the cumulative sums along the last axis, from 0 to the total."""
    before = np.zeros((*counts.shape[:-1], counts.shape[-1] + 1), dtype=np.int64)
    np.cumsum(counts, axis=-1, out=before[..., 1:])
    return before
