"""Fixtures of verification: two promotions, the second in production."""

import pytest

from fakes.promotions.promotions import FIRST, SECOND, promote
from promotion.production import ProductionSession
from promotion.records import Plan


@pytest.fixture
def plan(production: ProductionSession) -> Plan:
    """What is in production, after another that was before it."""
    promote(production, SECOND)
    return promote(production, FIRST)
