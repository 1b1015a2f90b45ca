"""What tests of the gate share: a production of fakes in which nothing was ever promoted."""

import pytest

from fakes.production import fake_production
from promotion.production import ProductionSession


@pytest.fixture
def production() -> ProductionSession:
    return fake_production()
