"""A progress line is rewritten at most once a second, and always at the end."""

import io

from pipeline.progress import ProgressLine, WaitingLine


def test_the_first_and_the_last_iteration_are_always_shown():
    out = io.StringIO()
    line = ProgressLine(out)
    for iteration in range(1, 101):  # in less than a second
        line(iteration, 100, iteration / 100)
    shown = out.getvalue().split("\r")[1:]
    assert shown[0] == "iteration 1 of 100: average precision 0.0100"
    assert shown[-1] == "iteration 100 of 100: average precision 1.0000"
    assert len(shown) < 100


def test_a_wait_is_shown_once_a_second():
    out = io.StringIO()
    line = WaitingLine(out)
    for status, seconds in [("Creating", 0.0), ("Creating", 0.4), ("Creating", 1.2)]:
        line(status, seconds)
    assert out.getvalue() == "\rendpoint: Creating, 0 s\rendpoint: Creating, 1 s"
