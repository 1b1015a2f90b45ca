"""The name of a definition fits SageMaker, and tells model, machine and endpoint."""

import pytest

from fakes.ports.settings import fake_settings
from pipeline.services.endpoint_names import belongs_to, definition


@pytest.mark.parametrize("length", [1, 42, 43, 63])
def test_the_name_of_a_definition_fits_and_belongs_to_one_endpoint(length: int) -> None:
    endpoint = "e" * length
    named = definition(endpoint, "a" * 64, fake_settings()).name

    assert len(named) <= 63
    assert belongs_to(named, endpoint)
    assert not belongs_to(named, "e" * (length + 1))
    assert not belongs_to(named, "f" + "e" * (length - 1))


def test_another_model_or_machine_is_another_definition() -> None:
    settings = fake_settings()
    larger = settings.model_copy(update={"endpoint_instance": "ml.c5.xlarge"})
    named = {
        definition("e", "a" * 64, settings).name,
        definition("e", "a" * 12 + "b" * 52, settings).name,
        definition("e", "a" * 64, larger).name,
    }
    assert len(named) == 3
