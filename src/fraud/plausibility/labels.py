"""Plausible labels: whether fraud is the rarer of two values, and is there at all times."""

from datetime import date

from fraud.leakage.label_gaps import label_gaps, may_have_gap
from fraud.plausibility.columns import LabelColumn, TimeColumn
from fraud.plausibility.finding import PlausibilityFinding, doubtful, plausible
from fraud.plausibility.words import percent

LABEL, LABELS_IN_TIME = "label", "labels in time"
UNIX_EPOCH = date(1970, 1, 1)
MOST_FRAUD = 0.5  # of the rows; data that were balanced have as many frauds as others


def label(column: LabelColumn) -> PlausibilityFinding:
    """Find a label of which most rows are positive, as where its values were swapped."""
    frauds, rows = int(column.values.sum()), len(column.values)
    positive = ", ".join(column.positive)
    facts = f"{column.name} is fraud ({positive}) in {frauds:,} of {rows:,} rows"
    share = percent(frauds / max(rows, 1))
    if frauds <= MOST_FRAUD * rows:
        return plausible(LABEL, f"{facts}, {share}.")
    return doubtful(
        LABEL,
        f"{facts}, {share}: are the two values swapped? Write the value that is fraud (positive:), "
        "and the one that is not (negative:).",
    )


def labels_in_time(column: LabelColumn, time: TimeColumn) -> PlausibilityFinding:
    """Find periods without their frauds, as the newest are whose labels have not arrived."""
    if not may_have_gap(time.seconds, column.values):
        return plausible(LABELS_IN_TIME, f"{column.name} has its frauds at all times.")
    since = UNIX_EPOCH if time.form.has_calendar else None
    gaps = label_gaps(time.seconds, column.values, since=since)
    found = doubtful if gaps.verdict == "warn" else plausible
    return found(LABELS_IN_TIME, gaps.sentence)
