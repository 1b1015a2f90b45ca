"""The report: every check of the columns that there are, and none of data that are as described."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.data.plausible_columns import (
    DAY,
    NOW,
    UNIX,
    time_column,
    usual_columns,
)
from fraud.data.formats import TimeFormat
from fraud.plausibility.columns import (
    AmountColumn,
    DescribedColumns,
    KeyColumn,
    LabelColumn,
    TimeColumn,
)
from fraud.plausibility.report import PlausibilityReport, plausibility
from fraud.simulation.creditcard import creditcard_like
from fraud.simulation.payments import payments_like

OF_TIME = ["time unit", "span of time", "time of day", "one moment"]
OTHERS = ["amounts", "unit of amounts", "label", "labels in time"]


def checks(columns: DescribedColumns) -> list[str]:
    return [finding.check for finding in plausibility(columns, NOW).findings]


def test_each_column_that_there_is_is_checked():
    usual = usual_columns()
    keys = [KeyColumn("tx", "id", 3_000, 3_000), KeyColumn("city", "category", 3_000, 30, 300)]
    assert checks(usual) == [*OF_TIME, *OTHERS]
    assert checks(replace(usual, keys=keys)) == [
        *OF_TIME, *OTHERS, "identifier tx", "category city",
    ]  # fmt: skip
    assert checks(replace(usual, time=None)) == ["amounts", "unit of amounts", "label"]
    assert checks(DescribedColumns(label=usual.label)) == ["label"]


def test_a_calendar_is_checked_where_there_is_one():
    seconds = usual_columns().time.seconds
    column = time_column(1.77e9 + seconds, time_since=UNIX)
    assert checks(DescribedColumns(time=column))[:2] == ["time unit", "dates"]
    dates = time_column(1.77e9 + seconds, time_format="iso")
    assert checks(DescribedColumns(time=dates))[0] == "dates"


def test_times_of_another_unit_are_not_looked_at_further():
    usual = usual_columns()
    column = time_column((1.77e9 + usual.time.seconds) * 1_000)
    report = plausibility(replace(usual, time=column), NOW)
    assert [finding.check for finding in report.impossible] == ["time unit"]
    assert report.doubtful == ()
    assert len(report.findings) == 4


def test_a_table_without_rows_has_no_finding():
    nothing = np.zeros(0)
    columns = DescribedColumns(
        time=time_column(nothing),
        amount=AmountColumn("paid", nothing),
        label=LabelColumn("fraud", nothing.astype(np.int8)),
    )
    report = plausibility(columns, NOW)
    assert report.findings == ()
    assert report.verdict() == "No check of plausibility was made."


def test_the_verdict_names_what_is_in_doubt():
    usual = usual_columns()
    assert plausibility(usual, NOW).verdict() == "None of 8 checks of plausibility has a doubt."
    swapped = replace(usual.label, values=1 - usual.label.values)
    report = plausibility(replace(usual, label=swapped), NOW)
    assert report.verdict() == "1 of 8 checks of plausibility has a doubt: label (doubtful)."


def test_a_report_is_read_as_it_was_written_and_shown_as_a_table():
    report = plausibility(usual_columns(), NOW)
    assert PlausibilityReport.model_validate_json(report.model_dump_json()) == report
    assert report.table().columns == ["check", "verdict", "finding"]
    assert report.table()["verdict"].to_list() == ["ok"] * 8
    assert PlausibilityReport().table().columns == ["check", "verdict", "finding"]


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), rows=st.sampled_from([120, 3_000, 30_000]))
def test_usual_tables_are_never_doubted(seed, rows):
    report = plausibility(usual_columns(rows, seed=seed), NOW)
    assert not report.doubts, report.verdict()


@pytest.mark.parametrize("rows", [20_000, 60_000])
@pytest.mark.parametrize("seed", range(3))
def test_simulated_data_are_never_doubted(rows, seed):
    cards, payments = creditcard_like(rows, seed=seed), payments_like(rows, seed=seed)
    for table, names in ((cards, ("Time", "Amount", "Class")), (payments, PAYMENTS)):
        time, amount, label = (table[name].to_numpy() for name in names[:3])
        columns = DescribedColumns(
            time=TimeColumn("time", time.astype(np.float64), TimeFormat()),
            amount=AmountColumn("amount", amount),
            label=LabelColumn("label", label.astype(np.int8)),
            keys=[_counted(table[name], kind) for name, kind in names[3:]],
        )
        report = plausibility(columns, NOW)
        assert not report.doubts, report.verdict()
        assert time.max() < 184 * DAY


PAYMENTS = (
    "seconds", "amount", "fraud", ("transaction_id", "id"), ("customer_id", "entity"),
    ("terminal_id", "entity"), ("channel", "category"), ("country", "category"),
)  # fmt: skip


def _counted(column, kind) -> KeyColumn:
    counts = column.drop_nulls().value_counts()["count"]
    return KeyColumn(column.name, kind, int(counts.sum()), len(counts), int(counts.max()))
