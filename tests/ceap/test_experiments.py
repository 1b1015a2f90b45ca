"""`ceap compare` and `ceap tune`: what is taken from options, and how they end when stopped."""

import os
import signal

import pytest
import typer
from typer.testing import CliRunner

from ceap.experiments import (
    compare,
    exit_when_interrupted,
    given_options,
    parsed_settings,
    print_run_location,
    tune,
)
from ceap.interrupts import INTERRUPTED
from experiments.progress import Interrupted
from foundation.errors import InvalidParams

Output = pytest.CaptureFixture[str]

app = typer.Typer()
app.command()(compare)
app.command()(tune)


def terminated() -> None:
    """An experiment that is told to end, and says what it kept."""
    kept = "2 finished fits are kept"
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    except KeyboardInterrupt:
        raise Interrupted(kept, "the same") from None


def test_an_experiment_that_is_terminated_says_how_to_go_on(capsys: Output) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as end:
        exit_when_interrupted()(terminated)()
    assert end.value.code == INTERRUPTED
    assert "2 finished fits are kept" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_settings_are_yaml_values() -> None:
    given = ["folds=5", "rate=0.5", "algorithms=[xgboost, lightgbm]", "method=null", "text=a=b"]
    assert parsed_settings(given) == {
        "folds": 5, "rate": 0.5, "algorithms": ["xgboost", "lightgbm"], "method": None,
        "text": "a=b",
    }  # fmt: skip


def test_all_malformed_settings_are_told_at_once() -> None:
    with pytest.raises(InvalidParams) as refusal:
        parsed_settings(["folds", "=5", "folds=[5", "seed=1"])
    assert len(refusal.value.problems) == 3
    assert "NAME=VALUE, as in folds=5" in str(refusal.value)


def test_what_is_not_given_is_left_to_the_parameter_file() -> None:
    assert given_options(data=None, trials=0, algorithms=["xgboost"]) == {
        "trials": 0, "algorithms": ["xgboost"],
    }  # fmt: skip


def test_a_recorded_run_is_printed_with_the_way_to_find_it_again(capsys: Output) -> None:
    print_run_location("run-1", None)
    printed = capsys.readouterr()
    assert printed.out == "Recorded as run run-1. Find it again: ceap runs show run-1\n"
    assert printed.err == ""


def test_what_kept_a_run_from_being_recorded_is_a_warning(capsys: Output) -> None:
    print_run_location(None, "The server is down; send it later with: ceap runs --send")
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "ceap runs --send" in printed.err


@pytest.mark.usefixtures("account_environment")
@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["compare", "--set", "folds"], "'folds' is not NAME=VALUE"),
        (["compare", "--algorithm", "xgbost"], "did you mean xgboost"),
        (["tune", "--strategy", "grit"], "'grid', 'random' or 'bayesian'"),
        (["tune", "--set", "trails=3"], "trials"),
    ],
)
def test_a_mistyped_request_is_refused_before_anything_is_read(
    words: list[str], problem: str
) -> None:
    with pytest.raises(InvalidParams) as refusal:
        CliRunner().invoke(app, words, catch_exceptions=False)
    assert problem in str(refusal.value)
