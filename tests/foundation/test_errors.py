"""Errors: which of them are worth a retry."""

import pytest

from foundation.errors import is_worth_retrying


@pytest.mark.parametrize("name", ["Unavailable", "ConnectionResetError", "SomethingNew"])
def test_what_may_pass_is_worth_a_retry(name: str) -> None:
    assert is_worth_retrying(name)


@pytest.mark.parametrize("name", ["InvalidData", "GateFailed", "InvalidParams", "AccessDenied"])
def test_a_considered_refusal_is_not(name: str) -> None:
    assert not is_worth_retrying(name)
