"""Serve a model over HTTP, here (--model-dir, --port) or as SageMaker's container (serve)."""

import argparse
import logging
import os
import socket
import sys
import time
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from serving.app import create_app

CONTAINER = argparse.Namespace(model_dir=Path("/opt/ml/model"), host="0.0.0.0", port=8080)
BACKLOG = 2048
SHUTDOWN_DELAY_SECONDS = 2.0  # for a health check to read why
KEEP_ALIVE_SECONDS = 75  # longer than any caller in front of it keeps a connection idle


def main(arguments: list[str] | None = None) -> None:
    # Threads that spin while they wait for work take the cores from those that have some.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    options = parse(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("serving").setLevel(logging.INFO)
    shutdown = Shutdown()
    server = uvicorn.Server(_config(create_app(options.model_dir, on_broken=shutdown.begin)))
    shutdown.server = server
    # SIGTERM: no new connections, and every request that has begun is answered.
    server.run(sockets=[listen(options.host, options.port)])
    sys.exit(shutdown.code)


class Shutdown:
    """The shutdown of a server with a broken model, once a health check could read why."""

    server: uvicorn.Server
    code = 0

    def begin(self) -> None:
        self.code = 1
        time.sleep(SHUTDOWN_DELAY_SECONDS)
        self.server.should_exit = True


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m serving", description=__doc__)
    parser.add_argument("command", nargs="?", choices=["serve"], help="be SageMaker's container")
    parser.add_argument("--model-dir", type=Path, help="folder of an unpacked model.tar.gz")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, help="0 picks a free one, and the log says which")
    if parser.parse_known_args(arguments)[0].command:
        parser.set_defaults(**vars(CONTAINER))
    options = parser.parse_args(arguments)
    if options.model_dir is None or options.port is None:
        parser.error("give --model-dir and --port, or the command serve")
    return options


def listen(host: str, port: int) -> socket.socket:
    """Listen from the start: a health check waits for its answer rather than being refused."""
    listener = socket.create_server((host, port), backlog=BACKLOG)
    logging.getLogger("serving").info("listening: http://%s:%d", *listener.getsockname()[:2])
    return listener


if __name__ == "__main__":
    main()
