"""Daemon: its record names one process and one port, and it ends when the record is not its own."""

import os
import socket
import subprocess
import sys
import textwrap

import pytest

from fakes.processes.patience import PATIENCE_SECONDS, wait_until
from foundation.process_identity import current_process
from local_aws.daemon import DaemonRecord, listening_socket, read_daemon_record
from local_aws.health import send_request

RECORD = DaemonRecord(pid=os.getpid(), started_at=current_process().started_at, port=4566)
SERVER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from local_aws.daemon import Daemon, listening_socket

    async def app(scope, receive, send):
        while scope["type"] == "lifespan":
            kind = (await receive())["type"]
            await send({"type": f"{kind}.complete"})
            if kind == "lifespan.shutdown":
                return
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    Daemon(app, listening_socket(None), Path(sys.argv[1])).serve_until_stopped()
    """
)


@pytest.fixture
def record_file(tmp_path):
    return tmp_path / "daemon.json"


@pytest.fixture
def daemon(record_file):
    with subprocess.Popen([sys.executable, "-c", SERVER, str(record_file)]) as process:
        yield process
        process.kill()


def started(record_file, process):
    wait_until(lambda: record_file.exists() or process.poll() is not None)
    return read_daemon_record(record_file)


def test_a_daemon_serves_under_its_record_and_keeps_its_port_when_it_is_stopped(
    record_file, daemon
):
    record = started(record_file, daemon)
    assert record.is_alive
    assert record.pid == daemon.pid
    assert send_request(record.url, "GET", "/")[0] == 204

    daemon.terminate()
    daemon.wait(PATIENCE_SECONDS)
    assert read_daemon_record(record_file) == record.model_copy(update={"pid": None})


@pytest.mark.parametrize("change", ["deleted", "of another"])
def test_a_daemon_whose_record_is_not_its_own_ends_and_writes_nothing(record_file, daemon, change):
    record = started(record_file, daemon)
    if change == "deleted":
        record_file.unlink()
    else:
        other = record.model_copy(update={"port": 1})
        record_file.write_text(other.model_dump_json())
    daemon.wait(PATIENCE_SECONDS)
    assert daemon.returncode == 1
    assert read_daemon_record(record_file) == (None if change == "deleted" else other)


def test_this_process_is_alive_and_a_later_one_of_its_pid_is_another():
    assert RECORD.is_alive
    assert not RECORD.model_copy(update={"started_at": RECORD.started_at - 3600}).is_alive
    assert not RECORD.model_copy(update={"pid": None}).is_alive


@pytest.mark.parametrize("data", [b"", b"{}", b'{"pid": 1'])
def test_a_record_that_is_missing_or_damaged_is_none(record_file, data):
    assert read_daemon_record(record_file) is None
    record_file.write_bytes(data)
    assert read_daemon_record(record_file) is None


def test_a_record_keeps_its_field_names(record_file):
    record_file.write_text('{"pid": 7, "started_at": 1.5, "port": 80}')
    assert read_daemon_record(record_file) == DaemonRecord(pid=7, started_at=1.5, port=80)


def test_the_preferred_port_is_taken_unless_another_program_has_it():
    with listening_socket(None) as first:
        port = first.getsockname()[1]
        with listening_socket(port) as second:
            assert second.getsockname()[1] != port
    with listening_socket(port) as again:
        assert again.getsockname() == ("127.0.0.1", port)
        assert again.family == socket.AF_INET
