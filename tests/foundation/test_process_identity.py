"""Process identity: no other process is ever taken for this one, nor a dead one for alive."""

import os
import subprocess
import sys

import psutil
import pytest

from foundation.process_identity import ProcessIdentity, current_process


@pytest.fixture
def child():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_the_current_process_is_alive_under_its_own_pid():
    process = current_process().process()
    assert process is not None
    assert process.pid == os.getpid()


def test_a_recycled_pid_names_another_process():
    mine = current_process()
    assert not mine._replace(started_at=mine.started_at - 10).is_alive()


def test_a_small_change_of_the_clock_makes_no_other_process():
    mine = current_process()
    assert mine._replace(started_at=mine.started_at + 1).is_alive()


def test_a_process_of_another_host_is_never_looked_up_on_this_one():
    elsewhere = current_process()._replace(host="elsewhere")
    assert not elsewhere.is_on_this_host
    assert not elsewhere.is_alive()


def test_a_killed_process_is_dead_though_its_parent_has_not_collected_it(child):
    started_at = psutil.Process(child.pid).create_time()
    identity = current_process()._replace(pid=child.pid, started_at=started_at)
    assert identity.is_alive()
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not identity.is_alive()


def test_a_pid_that_nobody_has_is_dead(child):
    identity = ProcessIdentity(current_process().host, child.pid, 0.0)
    child.kill()
    child.wait()
    assert not identity.is_alive()
