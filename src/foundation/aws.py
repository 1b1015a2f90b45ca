"""AWS: the one place where a boto3 client is made, and where its errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any

from foundation.errors import (
    AccessDenied,
    AlreadyExists,
    FraudDetectionError,
    NotFound,
    ServiceRefused,
    Unavailable,
)
from foundation.settings import Settings

MISSING = {
    "404", "NoSuchKey", "NoSuchBucket", "NotFound", "NotFoundException", "ParameterNotFound",
    "ResourceNotFound", "ResourceNotFoundException",
}  # fmt: skip
EXISTS = {"PreconditionFailed", "412", "ConditionalCheckFailedException", "ParameterAlreadyExists"}
DENIED = {
    "403", "AccessDenied", "AccessDeniedException", "AuthorizationError", "InvalidClientTokenId",
    "ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException",
}  # fmt: skip
BUSY = {
    "ConditionalRequestConflict", "DependencyTimeoutException", "InternalError",
    "InternalFailure", "InternalServerError", "KMSInternalException", "KeyUnavailableException",
    "ModelError", "ModelNotReadyException", "ProvisionedThroughputExceededException",
    "RequestLimitExceeded", "RequestThrottled", "RequestTimeout", "ServiceUnavailable", "SlowDown",
    "Throttled", "ThrottledException", "Throttling", "ThrottlingException",
    "TooManyRequestsException", "TooManyUpdates",
}  # fmt: skip
SAGEMAKER = {"sagemaker", "sagemaker-runtime"}

_opening = Lock()  # sessions are not thread-safe; the clients they open are


@lru_cache(maxsize=64)
def client(service: str, settings: Settings, connections: int = 10, attempts: int = 5) -> Any:
    """Open a client of `service` in the environment of `settings`.

    Its retries are botocore's standard ones (exponential, with jitter); a `connections` above ten
    serves callers with more threads than that, and fewer `attempts` those that retry themselves.
    """
    from botocore.config import Config  # half a second that a command without AWS need not pay

    config = Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=5,
        read_timeout=65,  # an endpoint may take its full 60 s
        max_pool_connections=connections,
    )
    access = _local_access(service, settings)
    with _opening:
        return _session().client(service, region_name=settings.region, config=config, **access)


@lru_cache(maxsize=1)
def _session() -> Any:
    """One session for every client: what it has read of botocore's files saves each 0.1 s."""
    import boto3

    return boto3.session.Session()


def _local_access(service: str, settings: Settings) -> dict[str, str]:
    if not settings.is_local:
        return {}
    url = settings.sagemaker_endpoint_url if service in SAGEMAKER else settings.aws_endpoint_url
    if url is None:
        message = "The local AWS is not running. Start it with: ceap aws up. Nothing was touched."
        raise Unavailable(message)
    # Fixed, so that a developer's real credentials never travel to an emulator.
    return {"endpoint_url": url, "aws_access_key_id": "local", "aws_secret_access_key": "local"}


@contextmanager
def aws_errors(action: str) -> Iterator[None]:
    """Turn what botocore raises inside the block into our errors: "`action` failed: …"."""
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        raise _ours(action, error.response) from error
    except (BotoCoreError, HTTPError) as error:  # the second where the text of an error is cut off
        message = f"{action} failed: {error} Is AWS reachable? (locally: ceap aws status)"
        raise Unavailable(message) from error


def error_code(error: FraudDetectionError) -> str | None:
    """The code that AWS gave for an error of ours, where it came from an answer of AWS."""
    response = getattr(error.__cause__, "response", None) or {}
    code: str | None = response.get("Error", {}).get("Code")
    return code


def _ours(action: str, response: Any) -> FraudDetectionError:
    code = str(response.get("Error", {}).get("Code", "unknown"))
    detail = response.get("Error", {}).get("Message", "no message")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = f"{action} failed: {code}: {detail}"
    for codes, kind in (
        (MISSING, NotFound), (EXISTS, AlreadyExists), (DENIED, AccessDenied), (BUSY, Unavailable),
    ):  # fmt: skip
        if code in codes:
            return kind(message)
    return (Unavailable if status >= 500 else ServiceRefused)(message)
