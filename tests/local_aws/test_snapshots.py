"""Snapshots: when one is due, and that it is the state of one moment."""

import asyncio
import os
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_aws.snapshots import AT_MOST_SECONDS, IDLE_SECONDS, QUIET_SECONDS, Snapshots

OPEN = Path("/proc/self/fd")

pauses = st.lists(st.floats(0, 10), min_size=1, max_size=30)


def nothing():
    return


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@settings(deadline=None)
@given(pauses=pauses, wait=st.floats(0, 60))
def test_one_is_due_when_writes_pause_or_go_on_too_long(pauses, wait):
    clock = Clock()
    snapshots = Snapshots(nothing, clock)
    for pause in pauses:
        clock.now += pause
        snapshots.changed()
    first, last = pauses[0], clock.now
    clock.now += wait
    is_quiet, is_long = clock.now - last >= QUIET_SECONDS, clock.now - first >= AT_MOST_SECONDS
    assert snapshots.is_due == (is_quiet or is_long)


@settings(deadline=None)
@given(wait=st.floats(0, 1000))
def test_without_a_write_one_is_due_after_five_minutes(wait):
    clock = Clock()
    snapshots = Snapshots(nothing, clock)
    clock.now += wait
    assert snapshots.is_due == (wait >= IDLE_SECONDS)


def test_it_holds_the_state_of_the_moment_it_was_asked_for(tmp_path):
    state = {"items": 1}

    def save():
        time.sleep(0.2)
        (tmp_path / "state").write_text(str(state["items"]))

    async def main():
        taking = asyncio.create_task(Snapshots(save).take())
        await asyncio.sleep(0.05)
        state["items"] = 2  # the server goes on while its state is saved
        return await taking

    assert asyncio.run(main())
    assert (tmp_path / "state").read_text() == "1"


@pytest.mark.parametrize("failure", [RuntimeError, SystemExit])
def test_one_that_fails_says_so_and_is_tried_again(failure, capfd):
    def save():
        raise failure

    async def main():
        clock = Clock()
        snapshots = Snapshots(save, clock)
        succeeded = await snapshots.take()
        clock.now += QUIET_SECONDS
        return succeeded, snapshots.is_due

    assert asyncio.run(main()) == (False, True)


def test_after_the_end_none_is_taken(tmp_path):
    async def main():
        snapshots = Snapshots((tmp_path / "state").touch)
        await snapshots.end()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(snapshots.take(), timeout=0.1)

    asyncio.run(main())
    assert not (tmp_path / "state").exists()


def test_the_saving_process_keeps_no_port_of_its_server(tmp_path):
    def save():
        (tmp_path / "open").write_text(" ".join(path.name for path in OPEN.iterdir()))

    if not OPEN.is_dir():
        pytest.skip("this system does not list open files")
    with socket.create_server(("127.0.0.1", 0)) as server:
        os.dup2(server.fileno(), 90)
        assert asyncio.run(Snapshots(save).take())
        os.close(90)
    assert "90" not in (tmp_path / "open").read_text().split()
