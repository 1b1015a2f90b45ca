"""History: after 150 promotions the first is still there, and every figure to its last digit."""

import json
from pathlib import Path
from typing import Any

import pytest

from fakes.ports.kms import with_kms_key
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, another, model_files, promote, with_model
from fakes.promotions.recovery_checks import disagreements
from fakes.promotions.remote_production import remote_production, with_own_bucket
from foundation import locations
from foundation.production.config import from_parameter, read_production_config
from foundation.settings import Settings
from promotion.production import ProductionSession
from promotion.protocol.state import read_parameters, read_state
from promotion.roll_back import roll_back
from promotion.verify.verification import verify

MANY = 150  # Parameter Store forgets what is more than a hundred versions ago
OF_THE_PROMOTION = {"promotion_id", "follows", "restores", "digest"}


@pytest.fixture(params=["local_aws", "moto_settings"])
def emulated(request: pytest.FixtureRequest, tmp_path: Path) -> ProductionSession:
    """An emulator on which nothing was ever promoted."""
    settings: Settings = request.getfixturevalue(request.param)
    return remote_production(with_own_bucket(with_kms_key(settings)), tmp_path)


def of_model(production: ProductionSession) -> str:
    """All that is in production but for which promotion put it there, as text."""
    config = read_state(production).config
    assert config
    return config.model_dump_json(exclude=OF_THE_PROMOTION)


def values(production: ProductionSession) -> dict[str, str]:
    found = read_parameters(production)
    return {name: each.value for name, each in found.items() if name != locations.CONFIG_PARAMETER}


def hold_to_history(production: ProductionSession, promotions: int) -> None:
    first = promote(production, with_model(FIRST), files=model_files()).promotion_id
    was, were = of_model(production), values(production)
    key = locations.archived_config_key(first)
    archived = production.objects.read(production.bucket, key)
    for number in range(promotions - 1):
        promote(production, another([SECOND, FIRST][number % 2]))
    assert values(production) != were

    rolled_back = roll_back(first, reason="the first was best", production=production)

    assert rolled_back.plan.config.restores == first
    assert (of_model(production), values(production)) == (was, were)
    assert production.objects.read(production.bucket, key) == archived
    assert max(each.version for each in read_parameters(production).values()) == promotions + 1
    assert disagreements(production) == []
    assert verify(production) == []


def test_after_150_promotions_the_first_comes_back_as_it_was() -> None:
    hold_to_history(fake_production(), MANY)


@pytest.mark.laws
def test_after_150_promotions_over_http_the_first_comes_back_as_it_was(
    emulated: ProductionSession,
) -> None:
    hold_to_history(emulated, MANY)


EXTREME: dict[str, Any] = {
    **SECOND,
    "hyperparameters": {
        "smallest": 5e-324, "largest": 1.7976931348623157e308, "sum": 0.1 + 0.2, "third": 1 / 3,
        "just_below_one": 0.9999999999999999, "minus_zero": -0.0, "whole": 1.0, "one": 1,
        "beyond_floats": 2**53 + 1, "minus": -(2**63), "exponent": 1e22, "tiny": 1e-7, "yes": True,
        "nothing": None, "empty": "", "number": "1.0", "norway": "no", "words": "é \" ' : # \n {",
    },
    "decision_threshold": 0.30000000000000004,
    "metrics": {"average_precision": 0.8123456789012345, "smallest": 5e-324, "minus": -1e-17},
}  # fmt: skip


def test_a_configuration_comes_back_to_the_last_digit(emulated: ProductionSession) -> None:
    wanted = promote(emulated, EXTREME).config

    config = read_production_config(emulated.objects, emulated.settings)
    stored = read_parameters(emulated)
    manifest = from_parameter(stored[locations.CONFIG_PARAMETER].value, source="manifest")
    single = {
        name: json.loads(stored[locations.hyperparameter_name(name)].value)
        for name in wanted.hyperparameters
    }

    # By their texts, in which 1 and 1.0, and 0.0 and -0.0, are not the same.
    assert repr(config) == repr(manifest) == repr(wanted)
    assert repr(single) == repr(wanted.hyperparameters)
    assert {name: repr(value) for name, value in single.items()} == {
        name: repr(value) for name, value in EXTREME["hyperparameters"].items()
    }
