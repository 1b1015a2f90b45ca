"""A temporary endpoint is gone after its block, whatever happened there."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.training import (
    SETTINGS,
)
from fakes.ports.endpoints import FakeEndpoints
from foundation.errors import InvalidData
from pipeline.training.temporary_endpoint import temporary_endpoint, temporary_endpoint_name


@given(first=st.text(max_size=100), second=st.text(max_size=100))
def test_a_temporary_name_is_one_sagemaker_takes_and_no_other_execution_has(
    first: str, second: str
) -> None:
    name = temporary_endpoint_name(first)
    assert re.fullmatch(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", name)
    assert len(name) <= 63
    assert name != SETTINGS.endpoint_name
    assert (name == temporary_endpoint_name(second)) == (first == second)


def test_the_model_is_served_inside_the_block_and_by_nothing_after_it() -> None:
    endpoints = FakeEndpoints()
    with temporary_endpoint(endpoints, "test", model_digest="a" * 64, timeout_seconds=1) as name:
        state = endpoints.describe(name)
        assert state is not None
        assert state.model_digest == "a" * 64
    assert endpoints.endpoints == endpoints.configs == {}


@pytest.mark.parametrize("failure", [InvalidData, KeyboardInterrupt])
def test_the_endpoint_is_removed_when_the_block_fails(failure: type[BaseException]) -> None:
    endpoints = FakeEndpoints()
    with (
        pytest.raises(failure),
        temporary_endpoint(endpoints, "test", model_digest="a" * 64, timeout_seconds=1),
    ):
        raise failure
    assert endpoints.endpoints == {}
