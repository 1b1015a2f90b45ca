"""Endpoints of SageMaker; what deployments do is in tests/contracts/test_endpoints.py."""

import pytest

from fakes.ports.settings import fake_settings
from foundation.errors import InvalidParams
from pipeline.services.endpoints import SageMakerEndpoints


def test_an_environment_without_an_image_is_told_so_before_anything_is_created() -> None:
    settings = fake_settings().model_copy(update={"endpoint_image": "", "endpoint_role": ""})

    with pytest.raises(InvalidParams, match="endpoint_image") as caught:
        SageMakerEndpoints(settings).deploy("e", model_digest="a" * 64)
    assert len(caught.value.problems) == 2
