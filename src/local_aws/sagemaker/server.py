"""SageMaker server: the control plane and the runtime of SageMaker, on one port of this machine.

The launcher runs it as `python -m local_aws.sagemaker.server STATE_DIRECTORY`. It has what the
pipelines use, and refuses, with a message, what only the real service has: more than one container
a model, or more than one production variant an endpoint. Whatever the instance count, an endpoint
is one process.
"""

import json
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from foundation.settings import Settings
from local_aws.daemon import Daemon, Receive, Scope, Send, listening_socket, read_daemon_record
from local_aws.layout import Layout
from local_aws.options import Options, read_options
from local_aws.sagemaker.control_plane import ControlPlane
from local_aws.sagemaker.definitions import Definitions, Endpoint
from local_aws.sagemaker.endpoints import LocalEndpoints
from local_aws.sagemaker.errors import Refused, invalid
from local_aws.sagemaker.http_client import Reply
from local_aws.sagemaker.runtime import PAYLOAD_BYTES, Runtime

TARGET = "SageMaker."


def main(state: Path) -> None:
    layout = Layout(state)
    settings = Settings.model_validate_json(layout.settings.read_bytes())
    record = layout.record("sagemaker")
    earlier = read_daemon_record(record)
    app = SageMaker(layout, settings, read_options(layout.options))
    Daemon(app, listening_socket(earlier.port if earlier else None), record).serve_until_stopped()


class SageMaker:
    """The ASGI application."""

    def __init__(self, layout: Layout, settings: Settings, options: Options) -> None:
        definitions = Definitions.read(layout.sagemaker)
        self._endpoints = LocalEndpoints(definitions, options, settings)
        self._control = ControlPlane(self._endpoints, settings)
        self._runtime = Runtime(self._endpoints, settings.account, options.invocation_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            try:
                reply = await self._answer(scope, receive)
            except Refused as refused:
                reply = _refusal(refused, is_control=scope["path"] == "/")
            await _send(send, reply)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._endpoints.resume()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._endpoints.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        match scope["method"], scope["path"].split("/"):
            case "POST", ["", "endpoints", name, "invocations"]:
                return await self._runtime.invoke(unquote(name), headers, await _body(receive))
            case "POST", ["", ""]:
                return self._operate(headers, await _body(receive))
            case "GET", ["", "_ceap", "endpoints"]:
                every = self._endpoints.definitions.endpoints.values()
                return _json([self._report(endpoint) for endpoint in every])
        message = f"The local SageMaker has nothing at {scope['method']} {scope['path']}."
        raise Refused(404, "UnknownOperationException", message)

    def _operate(self, headers: Mapping[str, str], body: bytes) -> Reply:
        operation = headers.get("x-amz-target", "").removeprefix(TARGET)
        try:
            request = json.loads(body or b"{}")
        except ValueError as error:
            raise Refused(400, "SerializationException", f"It is not JSON: {error}") from error
        if not isinstance(request, dict):
            message = "The request should be a JSON object."
            raise invalid(message)
        return _json(self._control.answer(operation, request))

    def _report(self, endpoint: Endpoint) -> dict[str, Any]:
        """Return what `ceap aws status` shows: the fields of report.EndpointReport."""
        container = self._endpoints.serving(endpoint.name)
        shown = endpoint.current or endpoint.pending
        return {
            "name": endpoint.name,
            "status": endpoint.status,
            "config": shown.config if shown else None,
            "model_data": shown.model_data if shown else None,
            "url": container.url if container else None,
            "pid": container.pid if container else None,
            "restarts": container.restarts if container else 0,
            "failure": endpoint.failure,
        }


async def _body(receive: Receive) -> bytes:
    """Read the body to its end; of a body that is too large, return enough to exceed the limit.

    A client that is answered while it still sends would get a broken connection instead.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= PAYLOAD_BYTES or not parts:
            parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts) if size <= PAYLOAD_BYTES else bytes(PAYLOAD_BYTES + 1)


def _json(content: Any) -> Reply:
    return Reply(200, {"content-type": "application/x-amz-json-1.1"}, json.dumps(content).encode())


def _refusal(refused: Refused, *, is_control: bool) -> Reply:
    """JSON 1.1 names the error in the body, REST-JSON in a header."""
    if is_control:
        content = {"__type": refused.code, "message": refused.message}
        headers = {"content-type": "application/x-amz-json-1.1"}
    else:
        content = {"Message": refused.message, **refused.more}
        headers = {"content-type": "application/json"}
        if refused.code:
            headers["x-amzn-errortype"] = refused.code
    return Reply(refused.status, headers, json.dumps(content).encode())


async def _send(send: Send, reply: Reply) -> None:
    headers = {
        **reply.headers,
        "content-length": str(len(reply.body)),
        "x-amzn-requestid": str(uuid.uuid4()),
    }
    encoded = [(name.encode("latin-1"), headers[name].encode("latin-1")) for name in headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": encoded})
    await send({"type": "http.response.body", "body": reply.body})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
