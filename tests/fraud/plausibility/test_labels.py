"""Plausible labels: swapped values, and frauds that are all early or all late, are doubted."""

import numpy as np
import pytest

from fakes.data.plausible_columns import DAY, FIRST, month_of_times, rare_labels, time_column
from fraud.plausibility.columns import LabelColumn
from fraud.plausibility.labels import label, labels_in_time


def test_a_label_of_which_most_rows_are_positive_is_doubted():
    finding = label(LabelColumn("status", 1 - rare_labels(1_000), ["Y", "yes"]))
    assert finding.verdict == "doubtful"
    assert finding.sentence.startswith("status is fraud (Y, yes) in 9")
    assert "are the two values swapped? Write the value that is fraud (positive:)" in (
        finding.sentence
    )


@pytest.mark.parametrize("share", [0.001, 0.3, 0.5])
def test_rare_and_balanced_frauds_are_no_doubt(share):
    values = (np.arange(1_000) < share * 1_000).astype(np.int8)
    assert label(LabelColumn("fraud", values)).verdict == "ok"


@pytest.mark.parametrize("hidden", ["late", "early"])
def test_frauds_that_are_all_early_or_all_late_are_doubted(hidden):
    times, labels = month_of_times(20_000), rare_labels(20_000)
    labels[times >= 24 * DAY if hidden == "late" else times < 6 * DAY] = 0
    finding = labels_in_time(LabelColumn("fraud", labels), time_column(times))
    assert finding.verdict == "doubtful"
    assert ("days 24 to 30, where the data ends" in finding.sentence) == (hidden == "late")
    assert "Have the labels of that time arrived?" in finding.sentence


def test_periods_of_a_calendar_are_named_by_their_dates_however_late():
    times, labels = FIRST + month_of_times(20_000), rare_labels(20_000)
    labels[times >= FIRST + 24 * DAY] = 0
    column = time_column(times, time_format="iso")
    sentence = labels_in_time(LabelColumn("fraud", labels), column).sentence
    assert "2026-03-25 00:03 to 2026-03-31 00:03, where the data ends" in sentence
    times[-3_000:] = 253_402_300_799.0  # the end of 9999
    labels[-3_000:] = 0
    sentence = labels_in_time(LabelColumn("fraud", labels), column).sentence
    assert "to 9999-12-31 23:59 (0 where" in sentence


@pytest.mark.parametrize("seed", range(5))
def test_frauds_at_all_times_are_no_doubt(seed):
    times, labels = month_of_times(20_000, seed=seed), rare_labels(20_000, seed=seed)
    finding = labels_in_time(LabelColumn("fraud", labels), time_column(times))
    assert finding.sentence == "fraud has its frauds at all times."
