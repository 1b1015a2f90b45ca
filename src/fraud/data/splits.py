"""Splits: which rows are for training, for validation and for the test."""

from typing import Literal, Self

import numpy as np
from pydantic import Field, model_validator

from foundation.params import Params
from fraud.data.arrays import Assignment, Fingerprints, Floats, Integers, Labels
from fraud.data.roles import TIME, RoleMissing

BY_TIME = "A split by time (method: time)"
NOT_BY_TIME = "choose method: stratified or random"


class SplitPlan(Params):
    """How rows are dealt to train, validation and test, which gets what the first two leave.

    `random` deals rows; `stratified` deals frauds and others apart, so that each split has its
    share of both; `time` gives the oldest rows to train and the newest to test.
    """

    method: Literal["stratified", "random", "time"] = "stratified"
    train_share: float = Field(default=0.70, gt=0, lt=1)
    validation_share: float = Field(default=0.15, gt=0, lt=1)
    seed: int = Field(default=42, ge=0)
    keep_duplicates_together: bool = True

    @model_validator(mode="after")
    def _leaves_rows_for_test(self) -> Self:
        if self.train_share + self.validation_share >= 1 - 1e-9:
            message = "train_share and validation_share leave nothing to test on; lower one of them"
            raise ValueError(message)
        return self


def first_copies(fingerprints: Fingerprints) -> Integers:
    """Return, for each row, the index of the first row with the same fingerprint."""
    first = np.arange(len(fingerprints))
    ordered = np.sort(fingerprints)
    repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if len(repeated):
        # Few rows have copies, and sorting indices is many times slower than sorting numbers: do
        # it for those alone that end in the same 16 bits as a row with copies.
        may_repeat = np.zeros(1 << 16, dtype=bool)
        may_repeat[repeated.astype(np.uint16)] = True
        rows = np.flatnonzero(may_repeat[fingerprints.astype(np.uint16)])
        _, firsts, groups = np.unique(fingerprints[rows], return_index=True, return_inverse=True)
        first[rows] = rows[firsts][groups]
    return first


def assign_splits(
    plan: SplitPlan,
    *,
    labels: Labels,
    times: Floats | None,
    copies: Integers,
) -> Assignment:
    """Return the split of each row; equal arguments give equal splits.

    `copies` is the result of `first_copies`. Copies share their time, so `time` keeps them together
    whatever the plan says.

    Raises:
        RoleMissing: The plan is to split by time, and there are no times.
    """
    if plan.method == "time":
        if times is None:
            raise RoleMissing(TIME, BY_TIME, otherwise=NOT_BY_TIME)
        return _split_by_time(plan, times)
    rows = np.arange(len(labels))
    groups = copies if plan.keep_duplicates_together else rows
    strata = labels if plan.method == "stratified" else np.zeros_like(labels)
    return _deal(plan, strata, groups)


def _deal(plan: SplitPlan, strata: Integers, groups: Integers) -> Assignment:
    leaders = np.flatnonzero(groups == np.arange(len(groups)))
    sizes = np.bincount(groups, minlength=len(groups))
    shuffle = np.random.default_rng(plan.seed)
    splits = np.zeros(len(groups), dtype=np.int8)
    for stratum in np.unique(strata):
        shuffled = shuffle.permutation(leaders[strata[leaders] == stratum])
        grown = sizes[shuffled]
        ends = np.cumsum(grown)
        # A group goes where its middle falls, so a split is off by less than one group.
        middles = ends - grown / 2
        splits[shuffled] = np.searchsorted(_cuts(plan, int(ends[-1])), middles, side="right")
    return splits[groups]


def _split_by_time(plan: SplitPlan, times: Floats) -> Assignment:
    ordered = np.sort(times)
    starts = [_time_at(ordered, cut) for cut in _cuts(plan, len(ordered))]
    return np.searchsorted(starts, times, side="right").astype(np.int8)


def _time_at(ordered: Floats, cut: int) -> float:
    """Return the time at which the next split starts: as near to row `cut` as ties allow."""
    if cut >= len(ordered):
        return float("inf")
    before = int(np.searchsorted(ordered, ordered[cut], side="left"))
    after = int(np.searchsorted(ordered, ordered[cut], side="right"))
    start = before if before > 0 and cut - before <= after - cut else after
    return float(ordered[start]) if start < len(ordered) else float("inf")


def _cuts(plan: SplitPlan, rows: int) -> tuple[int, int]:
    train = round(rows * plan.train_share)
    return train, train + round(rows * plan.validation_share)
