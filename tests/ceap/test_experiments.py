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


def test_a_command_that_is_terminated_between_fits_says_how_to_go_on(capsys: Output) -> None:
    def end() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(SystemExit) as ended:
        exit_when_interrupted()(end)()
    assert ended.value.code == INTERRUPTED
    assert "To go on from there, run the same again." in capsys.readouterr().err


def test_what_is_not_given_is_left_to_the_parameter_file() -> None:
    given = given_options("tune", ["tune.folds=2"], data=None, trials=0, algorithms=["xgboost"])
    assert given == {"trials": 0, "algorithms": ["xgboost"], "folds": 2}


def test_a_parameter_is_not_given_twice() -> None:
    with pytest.raises(InvalidParams, match=r"tune\.data is given by an option of its own too"):
        given_options("tune", ["tune.data=payments"], data="creditcard")


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
        (["compare", "--set", "folds"], "'folds' is not STAGE.NAME=VALUE, as in compare.seed=7"),
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
