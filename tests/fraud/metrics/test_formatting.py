"""Formatting of estimates: with their interval, as text, flat, and as a table."""

from fraud.metrics.estimates import Estimate
from fraud.metrics.formatting import estimate_table, flat, interval

METRICS = {"recall": Estimate(0.81149, 0.72, 0.8856), "brier": Estimate(0.01, 0.005, 0.02)}


def test_an_estimate_reads_as_its_value_and_its_interval():
    assert interval(METRICS["recall"]) == "0.811 (0.720–0.886)"
    assert interval(METRICS["recall"], digits=1) == "0.8 (0.7–0.9)"
    assert interval(Estimate(1234.5, -2, 3000), digits=0) == "1234 (-2–3000)"


def test_each_number_of_a_metric_has_a_name_of_its_own():
    assert flat(METRICS, "test_") == {
        "test_recall": 0.81149,
        "test_recall_low": 0.72,
        "test_recall_high": 0.8856,
        "test_brier": 0.01,
        "test_brier_low": 0.005,
        "test_brier_high": 0.02,
    }
    assert flat({}, "test_") == {}


def test_a_table_has_a_row_a_metric_with_the_bar_where_one_was_set():
    table = estimate_table(METRICS, {"recall": 0.75})
    assert table.rows() == [
        ("recall at the threshold", 0.81149, 0.72, 0.8856, 0.75),
        ("Brier score", 0.01, 0.005, 0.02, None),
    ]
    assert table.columns == ["metric", "value", "low", "high", "bar"]
    assert estimate_table({}, {}).schema == table.schema
