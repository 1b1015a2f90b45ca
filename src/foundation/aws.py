"""AWS: boto3 clients, and the translation of their errors into those of this project."""

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

    Retries are botocore's standard ones (exponential, with jitter). Callers with more than ten
    threads need more `connections`; callers that retry themselves want fewer `attempts`.
    """
    from botocore.config import Config  # takes half a second, which commands without AWS save

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
    """Return the session of every client: its cache of botocore's files saves 0.1 s a client."""
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
    """Translate errors of botocore inside the block into ours: "`action` failed: …"."""
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ClientError as error:
        raise _translated(action, error.response) from error
    except (
        BotoCoreError,
        HTTPError,
    ) as error:  # HTTPError: the body of an error response was cut off
        message = f"{action} failed: {error} Is AWS reachable? (locally: ceap aws status)"
        raise Unavailable(message) from error


def error_code(error: FraudDetectionError) -> str | None:
    """Return the error code of AWS behind an error of ours; None when no response caused it."""
    response = getattr(error.__cause__, "response", None) or {}
    code: str | None = response.get("Error", {}).get("Code")
    return code


def _translated(action: str, response: Any) -> FraudDetectionError:
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
