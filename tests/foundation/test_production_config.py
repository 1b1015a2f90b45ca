import pytest
import yaml

from fakes.object_store import FakeObjectStore
from fakes.settings import fake_settings
from foundation import locations
from foundation.errors import DigestMismatch, InvalidData
from foundation.production_config import production_config_digest, read_production_config

SETTINGS = fake_settings()
CONTENT = {
    "format": 1,
    "promotion_id": "p-1",
    "algorithm": "xgboost",
    "hyperparameters": {"max_depth": 6, "learning_rate": 0.1 + 0.2, "booster": "gbtree"},
    "decision_threshold": 0.37,
    "metrics": {"average_precision": 0.86},
    "lineage": {"data": "d"},
}


def store_with(content: object) -> FakeObjectStore:
    store = FakeObjectStore()
    data = yaml.safe_dump(content).encode()
    store.write(SETTINGS.config_bucket, locations.PRODUCTION_CONFIG, data)
    return store


def test_nothing_promoted_is_none() -> None:
    assert read_production_config(FakeObjectStore(), SETTINGS) is None


def test_a_whole_configuration_is_read_to_the_last_digit() -> None:
    store = store_with({**CONTENT, "digest": production_config_digest(CONTENT)})

    config = read_production_config(store, SETTINGS)

    assert config is not None
    assert config.hyperparameters == CONTENT["hyperparameters"]
    assert config.promotion_id == "p-1"


def test_one_from_before_there_were_recipes_is_whole_and_plain() -> None:
    config = read_production_config(
        store_with({**CONTENT, "digest": production_config_digest(CONTENT)}), SETTINGS
    )

    assert config is not None
    assert config.recipe == {}


def test_a_recipe_is_read_as_written_and_vouched_for_by_the_digest() -> None:
    recipe = {"features": ["log_amount", {"amount_bins": {"bins": 5}}], "imbalance": "smote"}
    content = {**CONTENT, "recipe": recipe}
    digest = production_config_digest(content)

    config = read_production_config(store_with({**content, "digest": digest}), SETTINGS)

    assert config is not None
    assert config.recipe == recipe
    with pytest.raises(DigestMismatch):
        read_production_config(store_with({**CONTENT, "recipe": {}, "digest": digest}), SETTINGS)


def test_a_configuration_edited_by_hand_is_refused() -> None:
    edited = {**CONTENT, "algorithm": "lightgbm", "digest": production_config_digest(CONTENT)}

    with pytest.raises(DigestMismatch, match="It was not used"):
        read_production_config(store_with(edited), SETTINGS)


@pytest.mark.parametrize("content", [None, "text", {"algorithm": "xgboost"}, ["a"]])
def test_anything_else_under_its_name_is_refused(content: object) -> None:
    with pytest.raises(InvalidData, match="not a production configuration"):
        read_production_config(store_with(content), SETTINGS)
