"""Cross-validation folds: rows for training, for early stopping and for validation.

Early stopping on the validation rows would make a model look better than it is. So each fold takes
a part out of its training rows, `stop`, for early stopping and calibration; its `validation` rows
are scored by a model that never saw them.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from pydantic import Field

from foundation.errors import InvalidData
from foundation.params import Params
from foundation.wording import counted
from fraud.data.arrays import Fingerprints, Floats, Integers, Labels
from fraud.data.labelled_rows import LabelledRows
from fraud.data.splits import NOT_BY_TIME, first_copies

BY_TIME = "Cross-validation by time (method: time)"
STOP_SHARE = 0.15  # of a fold's training rows


FEWEST_FOLDS = 2


class FoldPlan(Params):
    """The kind and the number of folds.

    `stratified` gives each fold its share of frauds and others, and validates on every row once.
    `time` cuts the rows into one more block than there are folds, and validates on each block but
    the first with a model of the blocks before that block, as production will.
    """

    method: Literal["stratified", "time"] = "stratified"
    folds: int = Field(default=3, ge=FEWEST_FOLDS, le=20)
    seed: int = Field(default=0, ge=0)


@dataclass(frozen=True)
class Fold:
    """Row indices, ascending; no row, and no two equal rows, are in more than one part."""

    train: Integers
    stop: Integers
    validation: Integers


def make_folds(rows: LabelledRows, plan: FoldPlan) -> list[Fold]:
    """Split the rows into `plan.folds` folds; equal arguments give equal folds.

    Raises:
        InvalidData: A part would be without a fraud or without another transaction.
        RoleMissing: The plan is by time, and the rows have none.
    """
    if plan.method == "time":
        folds = _by_time(rows.require_times(BY_TIME, otherwise=NOT_BY_TIME), plan)
    else:
        folds = _stratified(rows, plan)
    for number, fold in enumerate(folds, start=1):
        _require_both(fold, rows.labels, plan, number)
    return folds


def fold_numbers(rows: LabelledRows, plan: FoldPlan) -> Integers:
    """Return the fold of each row, from 0: frauds are spread evenly, equal rows share a fold."""
    copies = first_copies(_fingerprints(rows))
    return _numbered(rows, copies, plan, np.random.default_rng(plan.seed))


def _numbered(
    rows: LabelledRows, copies: Integers, plan: FoldPlan, random: np.random.Generator
) -> Integers:
    everything, shares = np.arange(len(rows.labels)), np.arange(1, plan.folds) / plan.folds
    return _dealt(everything, rows.labels, copies, shares=shares, random=random)


def _stratified(rows: LabelledRows, plan: FoldPlan) -> list[Fold]:
    copies = first_copies(_fingerprints(rows))
    random = np.random.default_rng(plan.seed)
    part = _numbered(rows, copies, plan, random)
    folds = []
    for number in range(plan.folds):
        rest = np.flatnonzero(part != number)
        stops = np.array([STOP_SHARE])
        is_kept = _dealt(rest, rows.labels, copies, shares=stops, random=random) == 1
        folds.append(Fold(rest[is_kept], rest[~is_kept], np.flatnonzero(part == number)))
    return folds


def _fingerprints(rows: LabelledRows) -> Fingerprints:
    """Return a hash of each row, its label included: equal rows have equal fingerprints."""
    table = pl.from_numpy(rows.rows).with_columns(pl.Series("label", rows.labels))
    return table.hash_rows().to_numpy()


def _dealt(
    chosen: Integers,
    labels: Labels,
    copies: Integers,
    *,
    shares: Floats,
    random: np.random.Generator,
) -> Integers:
    """Return the part of each chosen row; `shares` are the bounds between the parts.

    Copies are dealt as one, and frauds and others apart. All copies of a row are chosen, or none.
    """
    sizes = np.bincount(copies[chosen], minlength=len(copies))
    part = np.zeros(len(copies), dtype=np.int64)
    for label in (0, 1):
        leaders = random.permutation(np.flatnonzero((sizes > 0) & (labels == label)))
        grown = sizes[leaders]
        ends = np.cumsum(grown)
        # A group goes where its middle falls, so a part is off by less than one group.
        part[leaders] = np.searchsorted(shares * grown.sum(), ends - grown / 2, side="right")
    return part[copies[chosen]]


def _by_time(times: Floats, plan: FoldPlan) -> list[Fold]:
    # Rows of one moment stay together, and with them equal rows.
    blocks = np.arange(1, plan.folds + 1) / (plan.folds + 1)
    block = np.searchsorted(_moments(times, blocks), times, side="right")
    folds = []
    for number in range(1, plan.folds + 1):
        before = np.flatnonzero(block < number)
        stop_from = _moments(times[before], np.array([1 - STOP_SHARE]))
        is_stop = times[before] >= stop_from
        folds.append(Fold(before[~is_stop], before[is_stop], np.flatnonzero(block == number)))
    return folds


def _moments(times: Floats, shares: Floats) -> Floats:
    """Return the times at which these shares of the rows have passed."""
    if not len(times):
        return np.zeros(len(shares))
    places = np.round(shares * len(times)).astype(np.int64)
    return np.sort(times)[np.minimum(places, len(times) - 1)]


def _require_both(fold: Fold, labels: Labels, plan: FoldPlan, number: int) -> None:
    for name, part in (("train", fold.train), ("stop", fold.stop), ("validate", fold.validation)):
        frauds = int(np.count_nonzero(labels[part]))
        if frauds in (0, len(part)):
            message = (
                f"Every part of a fold needs a fraud and another transaction; the {len(part)} rows "
                f"to {name} fold {number} of {plan.folds} hold {counted(frauds, 'fraud')}. Nothing "
                f"was fitted. {_way_out(plan)}"
            )
            raise InvalidData(message)


def _way_out(plan: FoldPlan) -> str:
    """Return what can give each part of a fold both kinds of rows, and is not so already."""
    ways = ["Give more rows"]
    if plan.folds > FEWEST_FOLDS:
        ways.append(f"make fewer folds than {plan.folds}")
    if plan.method != "stratified":
        ways.append("split by method: stratified")
    return f"{', or '.join(ways)}."
