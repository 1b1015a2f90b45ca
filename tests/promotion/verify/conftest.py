"""What tests of verifying share: something to verify."""

import pytest

from fakes.promotions import FIRST, SECOND, promote
from promotion.production import ProductionSession
from promotion.records import Plan


@pytest.fixture
def plan(production: ProductionSession) -> Plan:
    """What is in production, after another that was before it."""
    promote(production, SECOND)
    return promote(production, FIRST)
