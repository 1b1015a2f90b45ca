"""One row: the time of one transaction through the local endpoint beside a bare uvicorn echo.

Twice, over connections that stay open: with boto3, as the pipeline calls an endpoint, and with
plain HTTP straight to the container. Either time the same client calls the echo, in turns.
"""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks._endpoint import COLUMNS, NAME, Served, served_model
from foundation.aws import client
from foundation.settings import load_settings
from pipeline.scoring import csv_of

CALLS, WARM_UP = 1_000, 200
START_SECONDS = 60.0
ECHO = """
import sys, uvicorn

async def echo(scope, receive, send):
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})

uvicorn.run(echo, port=int(sys.argv[1]), access_log=False, log_level="warning", lifespan="off")
"""


def main() -> None:
    with served_model() as served:
        body = csv_of(served.rows[:1], COLUMNS)
        with server("-c", ECHO) as (echo, _), container(served) as (ours, start_seconds):
            compare("boto3, SageMaker", through_boto3(served, body), echoed_boto3(echo, body))
            compare("HTTP, container alone", over_http(ours, body), over_http(echo, body))
    print(f"  a container answers /ping with 200     {start_seconds:8.2f} s after its start")


def compare(what: str, ours: Callable[[], Any], echo: Callable[[], Any]) -> None:
    times: list[tuple[float, float]] = []
    for _ in range(WARM_UP + CALLS):
        times.append((milliseconds(echo), milliseconds(ours)))
    echoed, answered = (sorted(column) for column in zip(*times[WARM_UP:], strict=True))
    for name, part in (("p50", 0.50), ("p99", 0.99)):
        at = int(part * CALLS)
        print(
            f"  {what:22} {name}  ours {answered[at]:7.2f} ms   floor (echo) {echoed[at]:7.2f} ms  "
            f" ratio {answered[at] / echoed[at]:5.2f}"
        )


def through_boto3(served: Served, body: bytes) -> Callable[[], Any]:
    return lambda: served.endpoints.invoke(NAME, body, "text/csv")


def echoed_boto3(port: int, body: bytes) -> Callable[[], Any]:
    address = {"sagemaker_endpoint_url": f"http://127.0.0.1:{port}"}
    runtime = client("sagemaker-runtime", load_settings("local").model_copy(update=address))
    request = {"EndpointName": NAME, "Body": body, "ContentType": "text/csv"}
    return lambda: runtime.invoke_endpoint(**request, Accept="application/json")["Body"].read()


def over_http(port: int, body: bytes) -> Callable[[], Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port)

    def call() -> bytes:
        connection.request("POST", "/invocations", body, {"Content-Type": "text/csv"})
        return connection.getresponse().read()

    return call


@contextmanager
def container(served: Served) -> Iterator[tuple[int, float]]:
    with server("-m", "serving", "--model-dir", str(served.folder), "--port") as started:
        yield started


@contextmanager
def server(*command: str) -> Iterator[tuple[int, float]]:
    """Run a server on a free port, its last argument; yield the port and its seconds to /ping."""
    port, began = free_port(), time.perf_counter()
    process = subprocess.Popen([sys.executable, *command, str(port)], cwd=Path.cwd())
    try:
        while not answers(port):
            if process.poll() is not None or time.perf_counter() - began > START_SECONDS:
                message = f"{command[:2]} did not start."
                raise SystemExit(message)
            time.sleep(0.01)
        yield port, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(10)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/ping")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def milliseconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()
