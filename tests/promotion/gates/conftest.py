"""Fixtures of the gates: one good candidate for the session, which no test changes."""

import pytest

from fakes.promotions.candidates import GateInputs, gate_inputs_in


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> GateInputs:
    return gate_inputs_in(tmp_path_factory.mktemp("state"))
