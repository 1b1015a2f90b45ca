"""The champion is what production would train or serve, made from rows that compare fairly."""

from dataclasses import replace
from typing import Any

import pytest

from catalog.labelled_splits import read_labelled
from catalog.prepared_data import Manifest
from fakes.promotions.champions import SETTINGS, FakeCatalog, promoted
from foundation import locations
from foundation.locations import uri
from foundation.params import read_yaml
from foundation.settings import project_root
from fraud.model.recipe import Recipe
from promotion.comparison.champion import (
    Champion,
    Incomparable,
    load_champion,
    with_compatible_columns,
)


@pytest.fixture(scope="module")
def prepared() -> tuple[FakeCatalog, Manifest, Manifest]:
    """A catalog in which the same data was split twice: the candidate's split, and another."""
    catalog = FakeCatalog()
    return catalog, catalog.prepared(), catalog.prepared(seed=7)


@pytest.fixture
def catalog(prepared: tuple[FakeCatalog, Manifest, Manifest]) -> FakeCatalog:
    built = FakeCatalog()
    built.store.objects = dict(prepared[0].store.objects)
    return built


@pytest.fixture
def here(prepared: tuple[FakeCatalog, Manifest, Manifest]) -> Manifest:
    return prepared[1]


@pytest.fixture
def elsewhere(prepared: tuple[FakeCatalog, Manifest, Manifest]) -> Manifest:
    return prepared[2]


def champion_of(catalog: FakeCatalog, manifest: Manifest, config: Any = None) -> Champion:
    found = load_champion(config, manifest, catalog.execution)
    assert isinstance(found, Champion)
    return found


def test_where_nothing_was_promoted_or_deployed_there_is_none(
    catalog: FakeCatalog, here: Manifest
) -> None:
    assert load_champion(None, here, catalog.execution) is None


def test_a_deployed_model_of_the_same_rows_is_taken_as_it_is(
    catalog: FakeCatalog, here: Manifest
) -> None:
    model = catalog.fitted(here).with_threshold(0.125)
    digest = catalog.deployed(here, model)
    found = champion_of(catalog, here)
    assert found.model.to_files() == model.to_files()
    assert (found.model_digest, found.promotion_id, found.retrained) == (digest, None, False)
    assert found.origin == f"the deployed model {digest[:12]}"


def test_what_was_promoted_is_the_champion_whatever_is_deployed(
    catalog: FakeCatalog, here: Manifest
) -> None:
    catalog.deployed(here, catalog.fitted(here, seed=3))
    model = catalog.fitted(here)
    digest = catalog.kept(here, model)
    found = champion_of(catalog, here, promoted(here, model_digest=digest))
    assert found.model.to_files() == model.with_threshold(0.4321).to_files()
    assert (found.model_digest, found.promotion_id) == (digest, "promotion-1")
    assert not found.retrained


def test_a_model_of_other_rows_is_trained_again_on_the_candidates(
    catalog: FakeCatalog, here: Manifest, elsewhere: Manifest
) -> None:
    digest = catalog.kept(elsewhere, catalog.fitted(elsewhere))
    found = champion_of(catalog, here, promoted(elsewhere, model_digest=digest))
    assert found.model.to_files() == catalog.fitted(here).with_threshold(0.4321).to_files()
    assert found.retrained
    assert found.origin == (
        "the model of promotion-1, trained again on these rows, because it was made from others"
    )


def test_a_deployed_model_of_other_rows_keeps_its_recipe_seed_and_threshold(
    catalog: FakeCatalog, here: Manifest, elsewhere: Manifest
) -> None:
    made: dict[str, Any] = {
        "algorithm": "logistic_regression",
        "hyperparameters": {"C": 0.5},
        "recipe": Recipe(features=("log_amount",), calibration="platt"),
        "seed": 9,
    }
    catalog.deployed(elsewhere, catalog.fitted(elsewhere, **made).with_threshold(0.2))
    found = champion_of(catalog, here)
    assert found.model.to_files() == catalog.fitted(here, **made).with_threshold(0.2).to_files()


def test_training_the_champion_again_reads_no_test_row(
    catalog: FakeCatalog, here: Manifest, elsewhere: Manifest
) -> None:
    catalog.deployed(elsewhere, catalog.fitted(elsewhere))
    execution = catalog.execution
    load_champion(None, here, execution)
    test_rows = uri(SETTINGS.data_bucket, locations.split_key(here.data_digest, "test"))
    train_rows = test_rows.replace("test.parquet", "train.parquet")
    execution.finish("any", here.split)
    read = catalog.store.read(
        SETTINGS.workflow_bucket, locations.stage_output_key("interactive-test", "any")
    ).decode()
    assert train_rows in read
    assert test_rows not in read


@pytest.mark.parametrize("digest", [None, "f" * 64], ids=["never kept", "gone"])
def test_a_configuration_without_its_model_is_trained(
    digest: str | None, catalog: FakeCatalog, here: Manifest
) -> None:
    found = champion_of(catalog, here, promoted(here, model_digest=digest, decision_threshold=None))
    assert found.model.to_files() == catalog.fitted(here).to_files()
    assert found.retrained
    assert "its own model is not kept" in found.origin


def test_a_damaged_model_does_not_take_part(catalog: FakeCatalog, here: Manifest) -> None:
    model = catalog.fitted(here)
    digest = catalog.kept(here, model)
    other = catalog.kept(here, catalog.fitted(here, seed=5))
    stolen = catalog.store.read(SETTINGS.models_bucket, locations.model_archive_key(other))
    catalog.store.write(SETTINGS.models_bucket, locations.model_archive_key(digest), stolen)
    found = champion_of(catalog, here, promoted(here, model_digest=digest, decision_threshold=None))
    assert found.retrained
    assert found.model.to_files() == model.to_files()


def test_a_configuration_without_a_seed_is_trained_with_that_of_the_pipeline(
    catalog: FakeCatalog, here: Manifest
) -> None:
    usual = read_yaml(project_root() / "params" / "training" / "train.yaml")["seed"]
    found = champion_of(catalog, here, promoted(here, seed=None))
    assert found.model.description.seed == usual


def test_of_another_data_set_nothing_is_trained(catalog: FakeCatalog, here: Manifest) -> None:
    config = promoted(here, lineage={"data": "payments", "data_digest": "b" * 64})
    found = load_champion(config, here, catalog.execution)
    assert isinstance(found, Incomparable)
    assert (found.gate, found.verdict) == ("same data", "fail")
    assert "the data set payments, the candidate from creditcard" in found.reason


@pytest.mark.parametrize("is_simulated", [True, False])
def test_real_and_simulated_data_do_not_compare(is_simulated: bool) -> None:
    catalog = FakeCatalog()
    here = catalog.prepared(is_simulated=is_simulated)
    there = catalog.prepared(seed=7, is_simulated=not is_simulated)
    catalog.deployed(there, catalog.fitted(there))
    found = load_champion(None, here, catalog.execution)
    assert isinstance(found, Incomparable)
    assert (found.gate, found.verdict) == ("same data", "fail")
    its, own = ("real", "simulated") if is_simulated else ("simulated", "real")
    assert f"from {its} transactions, the candidate from {own} ones" in found.reason


def test_the_origin_of_data_is_remembered_when_its_splits_are_gone(here: Manifest) -> None:
    catalog = FakeCatalog()
    config = promoted(
        here, lineage={"data": "creditcard", "data_digest": "b" * 64, "simulated": "true"}
    )
    found = load_champion(config, here, catalog.execution)
    assert isinstance(found, Incomparable)
    assert "from simulated transactions" in found.reason


@pytest.mark.parametrize(
    ("lineage", "is_simulated", "expected"),
    [
        ({}, False, "which data the model of promotion-1 was made from"),
        ({"data": "creditcard"}, True, "whether that of the model of promotion-1 is"),
    ],
)
def test_where_nobody_can_tell_the_data_any_more_it_holds(
    lineage: dict[str, str], is_simulated: bool, expected: str, here: Manifest
) -> None:
    candidates = here.model_copy(update={"simulated": is_simulated})
    found = load_champion(promoted(here, lineage=lineage), candidates, FakeCatalog().execution)
    assert isinstance(found, Incomparable)
    assert found.verdict == "hold"
    assert expected in found.reason
    assert "--force" in found.reason


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"algorithm": "perceptron", "hyperparameters": {}}, "perceptron"),
        ({"hyperparameters": {"n_estimators": 10**9}}, "n_estimators"),
        ({"recipe": {"bags": 10**9}}, "bags"),
    ],
)
def test_a_configuration_that_nobody_can_train_any_more_holds(
    changed: dict[str, Any], expected: str, catalog: FakeCatalog, here: Manifest
) -> None:
    found = load_champion(promoted(here, **changed), here, catalog.execution)
    assert isinstance(found, Incomparable)
    assert (found.gate, found.verdict) == ("champion", "hold")
    assert expected in found.reason


def test_a_champion_that_takes_other_columns_is_not_compared(
    catalog: FakeCatalog, here: Manifest
) -> None:
    catalog.deployed(here, catalog.fitted(here))
    rows = read_labelled(catalog.execution, here, "test")
    found = load_champion(None, here, catalog.execution)
    assert with_compatible_columns(found, rows) is found
    renamed = replace(rows, columns=("Other", *rows.columns[1:]))
    refused = with_compatible_columns(found, renamed)
    assert isinstance(refused, Incomparable)
    assert (refused.gate, refused.verdict) == ("same data", "fail")
    assert rows.columns[0] in refused.reason


def test_a_champion_that_knows_other_texts_is_not_compared(
    catalog: FakeCatalog, here: Manifest
) -> None:
    catalog.deployed(here, catalog.fitted(here))
    rows = read_labelled(catalog.execution, here, "test")
    coded = replace(rows, categories={rows.columns[0]: ("chip", "online")})
    refused = with_compatible_columns(load_champion(None, here, catalog.execution), coded)
    assert isinstance(refused, Incomparable)
    assert "other texts" in refused.reason
