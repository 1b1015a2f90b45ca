"""Temporary endpoint: serves a model for the length of a block."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from foundation.digests import digest_of_bytes
from foundation.errors import FraudDetectionError, Unavailable

if TYPE_CHECKING:
    from pipeline.services.endpoints import Endpoints
    from pipeline.services.waiter import OnWait

LONGEST_NAME = 63  # of a SageMaker endpoint


def temporary_endpoint_name(execution_id: str) -> str:
    """Return the endpoint name of an execution, the same for each of its attempts.

    A later attempt can so remove what an earlier one left. SageMaker takes letters, digits and
    single dashes; the digest keeps shortened names apart.
    """
    readable = re.sub("[^a-zA-Z0-9]+", "-", execution_id).strip("-")[: LONGEST_NAME - 23]
    return f"fraud-evaluate-{readable.strip('-')}-{digest_of_bytes(execution_id.encode())[:7]}"


@contextmanager
def temporary_endpoint(
    endpoints: "Endpoints",
    name: str,
    *,
    model_digest: str,
    timeout_seconds: float,
    on_wait: "OnWait | None" = None,
) -> Iterator[str]:
    """Serve the model as endpoint `name` inside the block; remove the endpoint in any case.

    Raises Unavailable when the endpoint cannot be removed: it costs money while it runs.
    """
    _remove(endpoints, name)  # an earlier attempt may have been killed before it could
    try:
        endpoints.deploy(
            name, model_digest=model_digest, timeout_seconds=timeout_seconds, on_wait=on_wait
        )
        yield name
    except BaseException as failure:  # a notebook's stop button counts
        try:
            _remove(endpoints, name)
        except FraudDetectionError as left:
            failure.add_note(str(left))
        raise
    _remove(endpoints, name)


def _remove(endpoints: "Endpoints", name: str) -> None:
    try:
        endpoints.remove(name)
    except FraudDetectionError as error:
        message = (
            f"The temporary endpoint {name} could not be removed, and costs money while it runs: "
            f"{error} Delete it in SageMaker, or run evaluate again."
        )
        raise Unavailable(message) from error
