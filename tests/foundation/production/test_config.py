"""Production config: read whole or refused, whoever wrote it, when, and with which hand."""

import math
from datetime import date
from typing import Any

import pytest
import yaml

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from foundation import locations
from foundation.errors import DigestMismatch, InvalidData, InvalidParams
from foundation.production.config import (
    ProductionConfig,
    from_parameter,
    parse_production_config,
    production_config_digest,
    read_production_config,
    sealed,
    to_parameter,
    to_yaml,
)

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

    with pytest.raises(DigestMismatch) as refused:
        read_production_config(store_with(edited), SETTINGS)
    assert "It was not used: readers refuse what was edited by hand" in str(refused.value)
    assert "Put the promoted one back with: ceap promotion verify --repair" in str(refused.value)


@pytest.mark.parametrize(
    "content",
    [
        None, "text", {"algorithm": "xgboost"}, ["a"],
        CONTENT | {"format": 2, "digest": "d"},
        CONTENT | {"decision_threshold": math.nan, "digest": "d"},
        CONTENT | {"decision_threshold": 1.5, "digest": "d"},
        CONTENT | {"metrics": {"average_precision": math.inf}, "digest": "d"},
        CONTENT | {"hyperparameters": {"eta": math.nan}, "digest": "d"},
        CONTENT | {"recipe": {"deep": [math.nan]}, "digest": "d"},
        CONTENT | {"recipe": {"since": date(2026, 11, 25)}, "digest": "d"},
        CONTENT | {"recipe": {1: "a", "b": 2}, "digest": "d"},
        CONTENT | {"hyperparameters": {"layers": [1, 2]}, "digest": "d"},
    ],
)  # fmt: skip
def test_anything_else_under_its_name_is_refused(content: object) -> None:
    with pytest.raises(InvalidData, match="not a production configuration"):
        read_production_config(store_with(content), SETTINGS)


@pytest.mark.parametrize(
    "data", [b"a: [1", b"\xff\xfe\x00", b"a: 2026-13-45", b"[" * 100_000, b"!!python/object:a.b {}"]
)
def test_what_is_not_even_yaml_is_refused_with_the_way_out(data: bytes) -> None:
    with pytest.raises(InvalidData, match="ceap promotion verify --repair"):
        parse_production_config(data, source="s3://config/x.yaml")


@pytest.mark.parametrize("text", ["", "{", "null", "[" * 100_000, '{"algorithm": NaN}'])
def test_a_parameter_that_holds_no_configuration_is_refused(text: str) -> None:
    with pytest.raises(InvalidData, match="ssm:/x is not a production configuration"):
        from_parameter(text, source="ssm:/x")


def test_a_parameter_that_was_edited_by_hand_is_refused() -> None:
    edited = to_parameter(config()).replace('"max_depth":6', '"max_depth":7')
    with pytest.raises(DigestMismatch, match="verify --repair"):
        from_parameter(edited, source="ssm:/x")


def config(**changes: Any) -> ProductionConfig:
    return sealed(**CONTENT | changes)


def test_a_sealed_configuration_has_every_field_and_the_digest_of_the_others() -> None:
    made = config()
    content = made.model_dump()
    assert made.digest == production_config_digest(content)
    assert set(content) == set(ProductionConfig.model_fields) == made.model_fields_set
    assert {name: content[name] for name in CONTENT} == CONTENT


def test_any_change_changes_the_digest_and_the_order_of_names_does_not() -> None:
    swapped = dict(reversed(list(CONTENT["hyperparameters"].items())))  # type: ignore[attr-defined]
    assert to_yaml(config(hyperparameters=swapped)) == to_yaml(config())
    changes: list[dict[str, Any]] = [
        {"hyperparameters": {"max_depth": value}} for value in (1, 1.0, True, "1", None)
    ]
    changes += [{"seed": 0}, {"follows": "p-0"}, {"restores": "p-0"}, {"model_digest": "m"}]
    digests = {config(**change).digest for change in [{}, *changes]}
    assert len(digests) == len(changes) + 1


def test_what_decides_the_trained_model_is_not_who_promoted_it_from_what() -> None:
    made = config(seed=7, recipe={"calibration": "platt"})
    other = {"promotion_id": "p-2", "follows": "p-1", "lineage": {}, "metrics": {}}
    again = config(seed=7, recipe={"calibration": "platt"}, **other)
    assert made.training_fields() == again.training_fields()
    assert made.training_fields() == {
        "algorithm": "xgboost",
        "hyperparameters": CONTENT["hyperparameters"],
        "recipe": {"calibration": "platt"},
        "decision_threshold": 0.37,
        "seed": 7,
    }
    assert config(seed=8).training_fields() != config(seed=7).training_fields()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"metrics": {"recall": math.nan}}, "metrics.recall: Input should be a finite number"),
        ({"hyperparameters": {"eta": -math.inf}}, "hyperparameters.eta"),
        ({"recipe": {"bags": math.nan}}, "recipe: Out of range"),
        ({"recipe": {"since": date(2026, 11, 25)}}, "recipe: Object of type date"),
        ({"recipe": {"\ud800": 1}}, "recipe: "),
        ({"decision_threshold": -0.1}, "decision_threshold: "),
        ({"seed": 2**31}, "seed: "),
        ({"algoritm": "xgboost"}, "algoritm: Extra inputs"),
    ],
)
def test_what_could_not_be_read_back_is_never_sealed(wrong: Any, reason: str) -> None:
    with pytest.raises(InvalidParams) as refused:
        config(**wrong)
    assert "The configuration to promote has" in str(refused.value)
    assert reason in str(refused.value)


def test_a_configuration_that_was_changed_after_it_was_sealed_is_not_written() -> None:
    changed = config().model_copy(update={"algorithm": "lightgbm"})
    for written in (to_yaml, to_parameter):
        with pytest.raises(DigestMismatch, match="It was not written"):
            written(changed)


def test_one_from_before_the_newer_fields_is_written_as_it_was_read() -> None:
    old = parse_production_config(
        yaml.safe_dump({**CONTENT, "digest": production_config_digest(CONTENT)}).encode(),
        source="old",
    )
    assert (old.follows, old.seed, old.model_digest) == (None, None, None)
    assert parse_production_config(to_yaml(old), source="again") == old
    assert from_parameter(to_parameter(old), source="again") == old
    assert b"model_digest" not in to_yaml(old)
