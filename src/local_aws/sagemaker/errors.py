"""SageMaker errors: the refusals of the service, with its status codes, error codes and texts."""

from typing import Any


class Refused(Exception):
    """SageMaker answers the request with an error: HTTP status, error code, message."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.more = status, code, message, more


class DeploymentFailed(Exception):
    """A model could not be brought into service; the text is the endpoint's FailureReason."""


# The control plane (JSON 1.1) and the runtime (REST) name the same refusal differently.
def invalid(message: str) -> Refused:
    return Refused(400, "ValidationException", message)


def missing(arn: str) -> Refused:
    return invalid(f'Could not find {_kind(arn)} "{arn}".')


def exists(arn: str) -> Refused:
    return invalid(f'Cannot create already existing {_kind(arn)} "{arn}".')


def in_progress(arn: str) -> Refused:
    return invalid(f'Cannot update in-progress endpoint "{arn}".')


def _kind(arn: str) -> str:
    kind = arn.rpartition(":")[2].partition("/")[0]
    return {"endpoint-config": "endpoint configuration"}.get(kind, kind)


def unknown_endpoint(name: str, account: str) -> Refused:
    return Refused(400, "ValidationError", f"Endpoint {name} of account {account} not found.")


def too_large(limit: int) -> Refused:
    # The gateway in front of the real runtime answers so, without an error code.
    return Refused(413, "", f"HTTP content length exceeded {limit} bytes.")


def model_error(status: int, original: str, log: str) -> Refused:
    whose = "client" if 400 <= status < 500 else "server"
    message = (
        f'Received {whose} error ({status}) from primary with message "{original}". '
        f"See {log} for more information."
    )
    return Refused(
        424, "ModelError", message, OriginalStatusCode=status, OriginalMessage=original,
        LogStreamArn=log,
    )  # fmt: skip


def not_ready(name: str) -> Refused:
    message = f"The container of endpoint {name} is starting again. Wait and try again."
    return Refused(429, "ModelNotReadyException", message)


def unavailable(name: str, reason: str) -> Refused:
    message = f"The container of endpoint {name} did not answer: {reason}. Please try again later."
    return Refused(503, "ServiceUnavailable", message)
