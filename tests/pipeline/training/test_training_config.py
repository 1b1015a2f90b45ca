"""Training config: what was promoted or asked for is made, all of it, or refused."""

import json

import pytest

from catalog.model_archive import load_model
from fakes.data.training import QUICK, SETTINGS, execution_of, prepared_store, promote
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.tracking import FakeTracking
from foundation.digests import digest_of_json
from foundation.errors import InvalidParams
from fraud.model.recipe import Recipe
from pipeline.train import TrainParams, chosen_config, train
from pipeline.training.training_config import TrainingConfig


@pytest.fixture(scope="module")
def before() -> FakeObjectStore:
    return prepared_store()


@pytest.fixture
def store(before: FakeObjectStore) -> FakeObjectStore:
    copy = FakeObjectStore()
    copy.objects = dict(before.objects)
    return copy


def test_a_promoted_recipe_is_trained_instead_of_that_of_the_params(
    store: FakeObjectStore,
) -> None:
    promoted = {"features": ["log_amount"], "calibration": "platt"}
    promote(store, recipe=promoted)
    params = TrainParams(recipe={"imbalance": "smote"}, decision_threshold=0.9)
    output = train(execution_of(store), params, FakeTracking())
    model = load_model(execution_of(store), output.model_digest).model
    assert model.recipe == Recipe.checked(promoted, source="promoted")
    assert (output.recipe, output.threshold) == (promoted, 0.25)


def test_a_promoted_recipe_that_there_is_not_is_refused(store: FakeObjectStore) -> None:
    promote(store, recipe={"calibraton": "platt", "features": ["log_amont"]})
    with pytest.raises(InvalidParams) as refused:
        train(execution_of(store), QUICK, FakeTracking())
    message = str(refused.value)
    assert store.keys(SETTINGS.models_bucket, "") == []
    assert "production-model-config.yaml has 2 problems" in message
    assert "recipe: calibraton: no such parameter; did you mean calibration?" in message
    assert "did you mean log_amount?" in message


def test_the_model_is_made_by_the_recipe_and_everybody_is_told(store: FakeObjectStore) -> None:
    asked = {"features": ["hour_cycle"], "imbalance": "undersample", "undersample_ratio": 5.0}
    params = QUICK.model_copy(update={"recipe": asked})
    tracking = FakeTracking()
    output = train(execution_of(store), params, tracking)
    model = load_model(execution_of(store), output.model_digest).model
    run = tracking.runs[output.run_id or ""]
    assert model.recipe == Recipe.checked(asked, source="asked")
    assert output.recipe == asked
    assert json.loads(run.tags["recipe"]) == asked
    assert run.params["recipe.imbalance"] == "undersample"
    assert run.params["scale_pos_weight"] == str(output.hyperparameters["scale_pos_weight"])


def test_a_decision_threshold_that_was_asked_for_is_the_models(store: FakeObjectStore) -> None:
    params = QUICK.model_copy(update={"decision_threshold": 0.125})
    output = train(execution_of(store), params, FakeTracking())
    assert output.threshold == 0.125
    assert load_model(execution_of(store), output.model_digest).model.threshold == 0.125


def test_a_plain_recipe_changes_no_digest_of_a_configuration() -> None:
    """Models from before there were recipes are known by their configuration's digest."""
    config = TrainingConfig(algorithm="xgboost", hyperparameters={"max_depth": 3}, seed=1)
    written = {
        "algorithm": "xgboost", "hyperparameters": {"max_depth": 3}, "seed": 1,
        "decision_threshold": None,
    }  # fmt: skip
    assert config.digest == digest_of_json(written)
    assert config.model_copy(update={"recipe": Recipe(imbalance="none")}).digest != config.digest


def test_neither_the_promotion_nor_the_name_of_its_data_changes_the_digest() -> None:
    config = TrainingConfig(algorithm="xgboost", hyperparameters={}, seed=1)
    promoted = config.model_copy(update={"promotion_id": "p-1", "data": "creditcard"})
    assert promoted.digest == config.digest


@pytest.mark.parametrize(("promoted", "trained_with"), [(7, 7), (0, 0), (None, 5)])
def test_the_promoted_seed_is_trained_with_and_else_that_of_the_params(
    store: FakeObjectStore, promoted: int | None, trained_with: int
) -> None:
    promote(store, seed=promoted)
    params = QUICK.model_copy(update={"seed": 5})
    assert chosen_config(execution_of(store), params).seed == trained_with


def test_a_promotion_from_before_there_were_seeds_is_trained_with_that_of_the_params(
    store: FakeObjectStore,
) -> None:
    promote(store)
    params = QUICK.model_copy(update={"seed": 5})
    output = train(execution_of(store), params, FakeTracking())
    assert (output.seed, output.promotion_id) == (5, "2026-11-20-winner")


def test_every_mistake_of_hyperparameters_and_recipe_is_told_at_once() -> None:
    wrong = {"hyperparameters": {"max_deph": 3}, "recipe": {"imbalence": "none", "calibration": 1}}
    with pytest.raises(InvalidParams, match="3 problems"):
        TrainParams.checked(wrong, source="train.yaml")
