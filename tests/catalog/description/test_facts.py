"""The facts of a file are those of its rows, and missing where a cell cannot be read."""

import numpy as np

from catalog.description.describing import describe_file


def test_a_cell_that_cannot_be_read_is_nan_and_no_row_is_left_out(tmp_path):
    path = tmp_path / "t.csv"
    lines = [f"2026-11-{n:02d},{n}.5,{n % 2},{n % 7}" for n in range(1, 29)]
    path.write_text("\n".join(["date,amount,fraud,visits", *lines]) + "\n")
    facts = describe_file(path).facts
    assert (facts.frauds, facts.has_calendar) == (14, True)
    assert np.isfinite(facts.times).all()
    assert facts.amounts.tolist() == [n + 0.5 for n in range(1, 29)]


def test_what_is_doubtful_is_found_in_all_rows(tmp_path):
    path = tmp_path / "t.csv"
    lines = [f"{n % 3},{1 - (n % 10 == 0)},{n % 7}" for n in range(300)]
    path.write_text("\n".join(["amount,fraud,visits", *lines]) + "\n")
    report = describe_file(path).facts.plausibility
    assert any("fraud" in finding.sentence for finding in report.doubts)


def test_a_file_without_time_and_amount_has_neither(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("visits,fraud\n" + "1,0\n2,1\n" * 20)
    facts = describe_file(path).facts
    assert facts.times is None
    assert facts.amounts is None
    assert facts.labels.sum() == 20
