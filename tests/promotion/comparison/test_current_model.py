"""The current model is the promoted one, else the deployed one, else none."""

import pytest

from catalog.prepared_data import Manifest
from fakes.promotions.champions import SETTINGS, FakeCatalog, promoted
from foundation import locations
from foundation.errors import InvalidData
from promotion.comparison.current_model import deployed_model, load_current_model


@pytest.fixture
def catalog() -> FakeCatalog:
    return FakeCatalog()


@pytest.fixture
def manifest(catalog: FakeCatalog) -> Manifest:
    return catalog.prepared()


def test_before_anything_is_promoted_or_deployed_there_is_none(catalog: FakeCatalog) -> None:
    assert load_current_model(None, catalog.execution) is None
    assert deployed_model(catalog.execution) is None


def test_the_deployed_model_is_the_current_one_while_nothing_is_promoted(
    catalog: FakeCatalog, manifest: Manifest
) -> None:
    digest = catalog.deployed(manifest, catalog.fitted(manifest).with_threshold(0.25))

    found = load_current_model(None, catalog.execution)

    assert found is not None
    assert (found.what, found.model_digest) == (f"the deployed model {digest[:12]}", digest)
    assert (found.algorithm, found.threshold, found.seed) == ("random_forest", 0.25, 1)
    assert (found.data, found.data_digest) == (manifest.data, manifest.data_digest)
    assert (found.is_simulated, found.promotion_id) == (False, None)


def test_the_promoted_model_is_the_current_one_whatever_is_deployed(
    catalog: FakeCatalog, manifest: Manifest
) -> None:
    catalog.deployed(manifest, catalog.fitted(manifest, seed=5))
    digest = catalog.kept(manifest, catalog.fitted(manifest))

    found = load_current_model(promoted(manifest, model_digest=digest), catalog.execution)

    assert found is not None
    assert (found.model_digest, found.promotion_id) == (digest, "promotion-1")
    assert found.model is not None
    assert found.threshold == 0.4321


@pytest.mark.parametrize(
    ("recorded", "is_simulated"),
    [({"simulated": "true"}, True), ({"simulated": "false"}, False), ({}, None)],
)
def test_of_a_model_and_data_that_are_gone_the_lineage_is_left(
    catalog: FakeCatalog, manifest: Manifest, recorded: dict[str, str], is_simulated: bool | None
) -> None:
    lineage = {"data": "payments", "data_digest": "b" * 64, **recorded}
    config = promoted(manifest, model_digest="a" * 64, lineage=lineage)

    found = load_current_model(config, catalog.execution)

    assert found is not None
    assert (found.model, found.data, found.data_digest) == (None, "payments", "b" * 64)
    assert found.is_simulated is is_simulated


def test_an_endpoint_that_names_no_model_is_refused(catalog: FakeCatalog) -> None:
    catalog.store.write(SETTINGS.config_bucket, locations.ENDPOINT, b"{}")
    with pytest.raises(InvalidData, match=r"(?s)does not name a model.*ceap run training"):
        load_current_model(None, catalog.execution)
