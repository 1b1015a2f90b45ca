"""Fixtures of promotion: a production of fakes in which nothing was ever promoted."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from fakes.promotions.production import fake_production
from fakes.studies.local_fit_pool import local_fit_pools
from promotion.production import ProductionSession


@pytest.fixture(scope="session", autouse=True)
def fits_in_this_process() -> Iterator[None]:
    """Start no process for a fit of a candidate."""
    with local_fit_pools():
        yield


@pytest.fixture
def production() -> ProductionSession:
    return fake_production()


@pytest.fixture
def ada() -> ProductionSession:
    return fake_production(who="ada@workstation")


@pytest.fixture
def grace(ada: ProductionSession) -> ProductionSession:
    return replace(ada, who="grace@laptop")
