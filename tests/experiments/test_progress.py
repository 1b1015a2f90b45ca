"""A bar is told to people on stderr, and in a notebook as text that keeps its end."""

import io
import sys

import pytest

from experiments.progress import progress


class OutStream(io.StringIO):
    """The standard output of a notebook, as ipykernel has it."""

    __module__ = "ipykernel.iostream"


def search() -> None:
    with progress("Searching") as tell:
        tell(1, 4, "xgboost")
        tell(4, 4, "lightgbm")


def test_a_notebook_keeps_how_far_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    told = OutStream()
    monkeypatch.setattr(sys, "stdout", told)
    search()
    last = told.getvalue().rstrip().split("\r")[-1]
    assert last.startswith("Searching: 100%")
    assert "4/4" in last
    assert "lightgbm" in last


def test_what_a_command_prints_stays_free_of_bars(capsys: pytest.CaptureFixture[str]) -> None:
    search()
    told = capsys.readouterr()
    assert told.out == ""
    assert "Searching: 100%" in told.err


def test_who_wants_to_be_told_instead_sees_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[tuple[int, int, str]] = []
    with progress("Searching", lambda *told: heard.append(told)) as tell:
        tell(2, 4, "xgboost")
    assert heard == [(2, 4, "xgboost")]
    assert capsys.readouterr().err == ""
