"""Health: whether the daemons answer, and which endpoints they serve, without loading boto3."""

import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local_aws.layout import DaemonName, Layout
from local_aws.report import EndpointReport

PATHS: dict[DaemonName, str] = {"ministack": "/_ministack/health", "sagemaker": "/_ceap/endpoints"}
PATIENCE_SECONDS = 10.0  # a machine may be busy; a wrong "not answering" restarts the daemon


def is_answering(daemon: DaemonName, url: str) -> bool:
    try:
        return send_request(url, "GET", PATHS[daemon])[0] == 200
    except OSError:
        return False


def endpoints(url: str | None, layout: Layout) -> tuple[EndpointReport, ...]:
    if url is None:
        return ()
    try:
        listed: list[dict[str, Any]] = json.loads(send_request(url, "GET", PATHS["sagemaker"])[1])
    except OSError:
        return ()  # the daemon stopped between two requests
    logs = layout.sagemaker / "logs"
    return tuple(EndpointReport(**one, log=Path(logs / f"{one['name']}.log")) for one in listed)


def send_request(url: str, method: str, path: str) -> tuple[int, bytes]:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port, timeout=PATIENCE_SECONDS
    )
    try:
        connection.request(method, path)
        reply = connection.getresponse()
        return reply.status, reply.read()
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()
