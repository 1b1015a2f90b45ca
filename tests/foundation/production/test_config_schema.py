"""Production config schema: the committed format is the one that is written and read."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import foundation
from foundation.production.config import ProductionConfig, sealed, to_yaml
from foundation.production.config_schema import FILE, schema_text

ROOT = Path(foundation.__file__).parents[2]
COMMAND = f"python -m foundation.production.config_schema > {FILE}"
CONFIG = sealed(
    promotion_id="promotion-20261125T021000Z-a1b2c3",
    follows="promotion-20261118T021000Z-d4e5f6",
    algorithm="xgboost",
    hyperparameters={"max_depth": 6, "learning_rate": 0.3, "booster": "gbtree", "cap": None},
    recipe={"features": ["log_amount", {"amount_bins": {"bins": 5}}]},
    decision_threshold=0.37,
    seed=42,
    model_digest="0" * 64,
    metrics={"average_precision": 0.86},
    lineage={"run_id": "4f2c", "data": "creditcard"},
)


@pytest.fixture(scope="module")
def validator() -> Any:
    committed = yaml.safe_load((ROOT / FILE).read_text())
    Draft202012Validator.check_schema(committed)
    return Draft202012Validator(committed)


def test_the_committed_schema_is_the_one_of_the_model() -> None:
    assert (ROOT / FILE).read_text() == schema_text(), f"write it again with: {COMMAND}"


def test_the_command_prints_it() -> None:
    command = [sys.executable, "-m", "foundation.production.config_schema"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == schema_text()


def test_a_written_file_is_valid(validator: Any) -> None:
    validator.validate(yaml.safe_load(to_yaml(CONFIG)))


@pytest.mark.parametrize("name", ["promotion_id", "algorithm", "hyperparameters", "digest"])
def test_a_file_without_one_of_its_fields_is_not(validator: Any, name: str) -> None:
    content = yaml.safe_load(to_yaml(CONFIG))
    del content[name]
    assert not validator.is_valid(content)


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 2}, {"seed": -1}, {"seed": 1.5}, {"decision_threshold": 1.5}, {"digest": "none"},
        {"metrics": {"recall": "0.8"}}, {"hyperparameters": {"layers": [1]}}, {"colour": "red"},
        {"lineage": {"run_id": None}},
    ],
)  # fmt: skip
def test_what_readers_refuse_is_not_valid(validator: Any, wrong: dict[str, Any]) -> None:
    assert not validator.is_valid(yaml.safe_load(to_yaml(CONFIG)) | wrong)


def test_every_field_says_what_it_is(validator: Any) -> None:
    described = validator.schema["properties"]
    assert list(described) == list(ProductionConfig.model_fields)
    assert all(part.get("description") for part in described.values())
