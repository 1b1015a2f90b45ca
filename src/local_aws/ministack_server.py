"""Ministack server: S3, DynamoDB, SNS, SQS, SSM, CloudWatch and more, on one port of this machine.

The launcher runs it as `python -m local_aws.ministack_server STATE_DIRECTORY`. It is ministack on
uvicorn, which answers two to three times as fast as ministack's own hypercorn.

What survives a kill: an S3 object is on disk before its PUT is answered. Everything else (table
items, parameters, topics, queues and their messages, bucket settings such as versioning) is in
memory and saved by a snapshot 2 s after the last write, or 30 s after the first write of a burst
that never pauses, and at an orderly stop. So SIGKILL or a power cut can lose the writes of the
last 2 s, 30 s in an unbroken burst; multipart uploads that were not completed are always lost.
A power cut may also tear the newest S3 objects, which are not forced to disk.
"""

import asyncio
import os
import sys
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

from foundation.settings import Settings
from local_aws.daemon import (
    HOST,
    App,
    Daemon,
    Receive,
    Scope,
    Send,
    listening_socket,
    read_daemon_record,
)
from local_aws.layout import Layout
from local_aws.snapshots import Snapshots

SNAPSHOT_PATH = "/_ceap/snapshot"
READING = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "Head")


def main(state: Path) -> None:
    layout = Layout(state)
    settings = Settings.model_validate_json(layout.settings.read_bytes())
    earlier = read_daemon_record(layout.record("ministack"))
    listener = listening_socket(earlier.port if earlier else None)
    # Ministack reads its environment while it is imported.
    os.environ.update(environment(settings, layout, port=listener.getsockname()[1]))
    from ministack import app as ministack

    app = with_snapshots(ministack.app, lambda: _save(ministack))
    Daemon(app, listener, layout.record("ministack")).serve_until_stopped()


def environment(settings: Settings, layout: Layout, *, port: int) -> dict[str, str]:
    """Return the environment variables that configure ministack 1.5.33."""
    return {
        "BIND_HOST": HOST,
        "GATEWAY_PORT": str(port),
        "MINISTACK_ACCOUNT_ID": settings.account,
        "MINISTACK_REGION": settings.region,
        "PERSIST_STATE": "1",
        "STATE_DIR": str(layout.ministack / "state"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(layout.ministack / "s3"),
        # Both would bind fixed ports of every interface.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
    }


def _save(ministack: Any) -> None:
    from ministack.core.persistence import save_all

    save_all(ministack._build_persistence_save_dict())


def with_snapshots(app: App, save: Callable[[], None]) -> App:
    """Wrap ministack's application so that every request that may write is followed by a snapshot.

    POST /_ceap/snapshot takes a snapshot at once.
    """
    snapshots = Snapshots(save)
    tasks: set[asyncio.Task[None]] = set()

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            tasks.add(asyncio.create_task(snapshots.run()))
            await app(scope, _delay_shutdown(snapshots, receive), send)
        elif scope["type"] == "http" and scope["path"] == SNAPSHOT_PATH:
            await _answer(send, 204 if await snapshots.take() else 500)
        else:
            await app(scope, receive, send)
            if may_write(scope):
                snapshots.changed()

    return wrapped


def _delay_shutdown(snapshots: Snapshots, receive: Receive) -> Receive:
    """Delay the shutdown, at which ministack saves its state itself, until no snapshot runs."""

    async def delayed() -> MutableMapping[str, Any]:
        message = await receive()
        if message["type"] == "lifespan.shutdown":
            await snapshots.end()
        return message

    return delayed


def may_write(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    return not target.rpartition(".")[2].startswith(READING)


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
