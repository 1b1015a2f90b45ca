"""Daemon: a server that records its process and port, and ends when the record is not its own."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import psutil
import uvicorn
from pydantic import BaseModel, ConfigDict, ValidationError

from foundation.process_identity import ProcessIdentity, current_process
from local_aws.layout import replace_file

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HOST = "127.0.0.1"


class DaemonRecord(BaseModel):
    """The record of a daemon on disk. `pid` is None after an orderly stop."""

    model_config = ConfigDict(frozen=True)

    pid: int | None
    started_at: float
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def is_alive(self) -> bool:
        """Whether exactly this process runs: a recycled pid has another start time."""
        return self.process() is not None

    def process(self) -> psutil.Process | None:
        if self.pid is None:
            return None
        # The record is on a disk of this host, which may have been renamed since.
        return ProcessIdentity(socket.gethostname(), self.pid, self.started_at).process()


def read_daemon_record(path: Path) -> DaemonRecord | None:
    try:
        return DaemonRecord.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def listening_socket(preferred: int | None) -> socket.socket:
    """Listen on the preferred port of the loopback interface, or on a free one if it is taken."""
    try:
        return _bound(preferred or 0)
    except OSError:
        return _bound(0)


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


class Daemon(uvicorn.Server):
    """Serves `app` on `listener`; the file `record` names the process as long as it serves."""

    def __init__(self, app: App, listener: socket.socket, record: Path) -> None:
        mine = current_process()
        self._listener, self._record = listener, record
        self._mine = DaemonRecord(
            pid=mine.pid,
            started_at=mine.started_at,
            port=listener.getsockname()[1],
        )
        config = uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=10,
            callback_notify=self._exit_when_replaced,
            timeout_notify=2,
        )
        super().__init__(config)

    def serve_until_stopped(self) -> None:
        self.run(sockets=[self._listener])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.last_notified = time.time()
        self._write(self._mine)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        # The port is kept: the next start takes the same one.
        self._write(self._mine.model_copy(update={"pid": None}))

    async def _exit_when_replaced(self) -> None:
        """Exit at once when the record was deleted, or is that of another daemon.

        An orderly stop would write files that no longer belong to this daemon.
        """
        if await asyncio.to_thread(read_daemon_record, self._record) != self._mine:
            os._exit(1)

    def _write(self, record: DaemonRecord) -> None:
        replace_file(self._record, record.model_dump_json().encode())
