"""A job that is stopped ends as after Ctrl-C, and only while a command asked for that."""

import signal

import pytest

from ceap.interrupts import sigterm_as_ctrl_c


def test_within_the_block_sigterm_is_ctrl_c() -> None:
    with pytest.raises(KeyboardInterrupt), sigterm_as_ctrl_c():
        signal.raise_signal(signal.SIGTERM)


def test_after_the_block_sigterm_is_what_it_was() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with sigterm_as_ctrl_c():
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before
