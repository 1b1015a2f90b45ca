"""Fixtures of the gates: one good candidate for the session; nobody changes it."""

import pytest

from fakes.candidates import Asked, asked_in


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return asked_in(tmp_path_factory.mktemp("state"))
