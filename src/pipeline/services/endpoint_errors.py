"""Endpoint errors: maps errors of SageMaker and of the model container to ours."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from foundation.aws import aws_errors
from foundation.errors import FraudDetectionError, NotFound, RowsRefused

# SageMaker has no code of its own for what is not there.
MISSING = re.compile(r"^Could not find (?:model|endpoint)\b|^Endpoint \S+ of account \S+ not found")
PASSING = {408, 429}  # of the 4xx, those that the same request may pass next time


@contextmanager
def endpoint_errors(action: str, *, missing: str) -> Iterator[None]:
    """Raise our errors for errors of SageMaker inside the block.

    The message of NotFound ends with `missing`; RowsRefused repeats the answer of the container.
    """
    try:
        with aws_errors(action):
            yield
    except FraudDetectionError as error:
        raise _explained(error, action, missing) from error


def _explained(error: FraudDetectionError, action: str, missing: str) -> FraudDetectionError:
    response: Any = getattr(error.__cause__, "response", None) or {}  # a time-out has None
    if MISSING.match(response.get("Error", {}).get("Message", "")):
        return NotFound(f"{action} failed: {missing}")
    status = int(response.get("OriginalStatusCode", 0))
    if 400 <= status < 500 and status not in PASSING:
        return rows_refused(action, response.get("OriginalMessage", ""))
    return error


def rows_refused(action: str, answer: str) -> RowsRefused:
    """Return the error with reason, row and column from the answer of the container."""
    content = _json_object(answer)
    reason = str(content.get("error", answer))
    return RowsRefused(
        f"{action} failed: {reason}", reason, content.get("row"), content.get("column")
    )


def _json_object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
