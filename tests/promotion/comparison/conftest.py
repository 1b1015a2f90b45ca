"""Fixtures of the comparison: a tuned candidate in an environment of fakes."""

from collections.abc import Iterator
from typing import Any

import pytest

from catalog.prepared_data import Manifest, read_manifest
from experiments.session import ExperimentSession
from fakes.promotions.champions import FakeCatalog
from fakes.promotions.production import fake_production
from fakes.studies.tuning import session_in, tuned_in
from promotion.candidates.candidate import Candidate, load_candidate
from promotion.production import ProductionSession


@pytest.fixture(scope="package")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> ExperimentSession:
    session = session_in(tmp_path_factory.mktemp("state"))
    tuned_in(session, trials=2)
    return session


@pytest.fixture
def production(tuned: ExperimentSession) -> Iterator[ProductionSession]:
    """An environment with a tuned model; what a test puts there is gone after it."""
    store: Any = tuned.objects
    before = dict(store.objects)
    yield fake_production(objects=store, tracking=tuned.tracking, settings=tuned.settings)
    store.objects = before


@pytest.fixture
def candidate(production: ProductionSession) -> Candidate:
    return load_candidate("", production.tracking)


@pytest.fixture
def catalog(production: ProductionSession) -> FakeCatalog:
    store: Any = production.objects
    return FakeCatalog(store)


@pytest.fixture
def manifest(catalog: FakeCatalog, candidate: Candidate) -> Manifest:
    return read_manifest(catalog.execution, candidate.recorded.data_digest)


@pytest.fixture
def deployed(catalog: FakeCatalog, manifest: Manifest) -> str:
    """Another model behind the endpoint, of the same rows."""
    return catalog.deployed(manifest, catalog.fitted(manifest))
