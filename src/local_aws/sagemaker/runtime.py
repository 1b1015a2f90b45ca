"""SageMaker runtime: InvokeEndpoint, from a client's request to the container's response."""

import asyncio
import time
from collections.abc import Mapping

from local_aws.sagemaker.container import Container
from local_aws.sagemaker.endpoints import LocalEndpoints
from local_aws.sagemaker.errors import (
    Refused,
    model_error,
    not_ready,
    too_large,
    unavailable,
    unknown_endpoint,
)
from local_aws.sagemaker.http_client import Reply, RequestFailed

PAYLOAD_BYTES = 6 * 1024 * 1024
RESTART_SECONDS = 10.0  # how long a request waits for a container that is starting again
FORWARDED = ("content-type", "accept", "x-amzn-sagemaker-custom-attributes",
             "x-amzn-sagemaker-inference-id", "x-amzn-sagemaker-target-model")  # fmt: skip
RETURNED = ("content-type", "x-amzn-sagemaker-custom-attributes")
TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. "
    "Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, "
    "and try again."
)


class Runtime:
    """The InvokeEndpoint operation."""

    def __init__(self, endpoints: LocalEndpoints, account: str, invocation_seconds: float) -> None:
        self._endpoints, self._account = endpoints, account
        self._seconds = invocation_seconds

    async def invoke(self, name: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Return the container's reply; raises Refused where the service answers with an error."""
        if len(body) > PAYLOAD_BYTES:
            raise too_large(PAYLOAD_BYTES)
        forwarded = {header: headers[header] for header in FORWARDED if header in headers}
        reply = await self._answer(name, forwarded, body)
        if reply.status >= 300:
            log = str(self._endpoints.definitions.log(name))
            raise model_error(reply.status, reply.body.decode(errors="replace"), log)
        variant = self._variant(name)
        kept = {header: reply.headers[header] for header in RETURNED if header in reply.headers}
        return Reply(200, {**kept, "x-amzn-invoked-production-variant": variant}, reply.body)

    async def _answer(self, name: str, headers: dict[str, str], body: bytes) -> Reply:
        give_up_at = time.monotonic() + RESTART_SECONDS
        while True:
            container = await self._ready(name, give_up_at)
            try:
                async with asyncio.timeout(self._seconds):
                    return await container.invoke("/invocations", headers, body)
            except TimeoutError:
                raise model_error(0, TIMED_OUT, str(container.spec.log)) from None
            except RequestFailed as failed:
                # Repeated only when this request cannot have broken the container.
                if not failed.may_repeat or time.monotonic() > give_up_at:
                    raise unavailable(name, str(failed)) from failed
            await asyncio.sleep(0.02)

    async def _ready(self, name: str, give_up_at: float) -> Container:
        """Wait for the container; looked up each time, as an update may replace it."""
        while True:
            endpoint = self._endpoints.definitions.endpoints.get(name)
            if endpoint is None or endpoint.current is None or endpoint.status == "Deleting":
                raise unknown_endpoint(name, self._account)
            container = self._endpoints.serving(name)
            if container is not None and container.is_ready:
                return container
            if time.monotonic() > give_up_at:
                raise _not_serving(name, container)
            await asyncio.sleep(0.02)

    def _variant(self, name: str) -> str:
        endpoint = self._endpoints.definitions.endpoints.get(name)
        return endpoint.current.variant if endpoint and endpoint.current else ""


def _not_serving(name: str, container: Container | None) -> Refused:
    if container is None or container.pid is not None:
        return not_ready(name)
    return unavailable(name, "its process does not stay alive")
