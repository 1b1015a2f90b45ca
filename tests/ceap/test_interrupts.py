"""A command that is stopped as jobs are ends as after Ctrl-C: with what is kept."""

import os
import signal

import pytest

from ceap.experiments import exit_when_interrupted
from ceap.interrupts import INTERRUPTED
from experiments.progress import Interrupted


def terminated() -> None:
    """An experiment that is told to end, and says what it kept."""
    kept = "2 finished fits are kept"
    try:
        os.kill(os.getpid(), signal.SIGTERM)
    except KeyboardInterrupt:
        raise Interrupted(kept, "the same") from None


def test_an_experiment_that_is_terminated_says_how_to_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as end:
        exit_when_interrupted()(terminated)()
    assert end.value.code == INTERRUPTED
    assert "2 finished fits are kept" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before
