"""Leakage report: one warning is enough for it not to be clean, and it survives being written."""

from fraud.leakage.checks import ok, warn
from fraud.leakage.report import LeakageReport

QUIET, LOUD = ok("constant columns", "None."), warn("time", "Splits overlap.", rows=3)


def test_a_report_is_clean_when_nothing_warns():
    assert LeakageReport(findings=(QUIET, QUIET)).is_clean
    assert not LeakageReport(findings=(QUIET, LOUD)).is_clean
    assert LeakageReport(findings=(QUIET, LOUD)).warnings == (LOUD,)


def test_a_report_without_a_check_vouches_for_nothing():
    assert not LeakageReport(findings=()).is_clean


def test_what_was_written_reads_as_the_same_report():
    report = LeakageReport(findings=(QUIET, LOUD))
    assert LeakageReport.model_validate_json(report.to_json()) == report


def test_the_table_has_a_row_a_finding():
    table = LeakageReport(findings=(QUIET, LOUD)).table()
    assert table.columns == ["check", "verdict", "finding"]
    assert table.rows() == [
        ("constant columns", "ok", "None."),
        ("time", "warn", "Splits overlap."),
    ]
    assert LeakageReport(findings=()).table().height == 0
