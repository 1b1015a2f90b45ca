"""Redaction: hides secrets of the environment in records and notebooks."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

SECRET_NAME = re.compile("KEY|SECRET|TOKEN|PASSWORD", re.IGNORECASE)
SHORTEST = 6  # hiding every "test" or "true" would make a notebook unreadable and protect nothing
PLACEHOLDERS = {"testing"}  # what moto's documentation uses as credentials
HIDDEN = "[hidden]"


def secrets_of(environment: Mapping[str, str]) -> list[str]:
    """List the values to hide, in each form in which they may be printed; longest first.

    Secrets are the values of variables whose name contains KEY, SECRET, TOKEN or PASSWORD.
    """
    values = {
        value
        for name, value in environment.items()
        if SECRET_NAME.search(name) and len(value) >= SHORTEST and value not in PLACEHOLDERS
    }
    forms = {form for value in values for form in (value, repr(value)[1:-1])}
    return sorted(forms, key=len, reverse=True)


def redacted(value: Any, secrets: Iterable[str]) -> Any:
    """Return a copy of a JSON-like value with every secret in its texts hidden."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, dict):
        return {key: redacted(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [redacted(item, secrets) for item in value]
    return value
