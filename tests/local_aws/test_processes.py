"""Processes: daemons start without credentials, are waited for, and end with their children."""

import subprocess
import sys

import psutil
import pytest

from fakes.processes.patience import wait_until
from foundation.errors import Unavailable
from foundation.process_identity import current_process
from local_aws import processes
from local_aws.daemon import DaemonRecord
from local_aws.layout import Layout, replace_file
from local_aws.processes import clean_environment, stop, wait_until_serving

PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(3600)"
)


@pytest.fixture
def layout(tmp_path):
    layout = Layout(tmp_path)
    layout.root.mkdir()
    layout.log("ministack").write_text("port in use\n")
    return layout


def test_no_variable_of_aws_reaches_a_daemon(monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://real.example")
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", "here")
    environment = clean_environment()
    assert not [name for name in environment if name.startswith("AWS_")]
    assert environment["CEAP_STATE_DIRECTORY"] == "here"


def test_a_daemon_serves_once_its_own_record_is_there(layout):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        record = DaemonRecord(pid=process.pid, started_at=0.0, port=80)
        replace_file(layout.record("ministack"), record.model_dump_json().encode())
        assert wait_until_serving("ministack", process, layout) == record


def test_a_daemon_that_ends_before_it_serves_is_unavailable_with_the_end_of_its_log(layout):
    expected = r"ended with code 3\. The end of .*\n  port in use"
    with (
        subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as process,
        pytest.raises(Unavailable, match=expected),
    ):
        wait_until_serving("ministack", process, layout)


def test_a_daemon_that_never_serves_is_killed(layout, monkeypatch):
    monkeypatch.setattr(processes, "START_SECONDS", 0.1)
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process,
        pytest.raises(Unavailable, match="did not serve within"),
    ):
        wait_until_serving("ministack", process, layout)
    assert process.returncode == -9


def test_a_stopped_daemon_takes_its_children_with_it():
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        child = psutil.Process(int(process.stdout.readline()))
        started_at = psutil.Process(process.pid).create_time()
        record = DaemonRecord(pid=process.pid, started_at=started_at, port=80)
        stop(record)
        assert not record.is_alive
        wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_process_that_only_has_the_pid_of_a_daemon_is_not_stopped():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        stop(DaemonRecord(pid=process.pid, started_at=current_process().started_at - 9, port=80))
        assert process.poll() is None
