"""State: S3 and Parameter Store together, and a base that changes with either."""

import json
from itertools import pairwise

import pytest

from fakes.promotions.promotions import FIRST, SECOND, promote
from foundation import locations
from foundation.errors import InvalidData
from foundation.production.config import from_parameter, sealed
from promotion.production import ProductionSession
from promotion.protocol.state import current_promotion, projected, read_config, read_state


def test_before_the_first_promotion_there_is_nothing(production: ProductionSession) -> None:
    state = read_state(production)

    assert (state.config, state.data, state.etag, state.parameters) == (None, None, None, {})
    assert state.promotion_id is current_promotion(production) is None
    assert read_config(production) == (None, None, None)


def test_the_state_is_what_was_promoted_last(production: ProductionSession) -> None:
    promote(production, FIRST)
    plan = promote(production, SECOND)

    state = read_state(production)

    assert state.config == plan.config
    assert state.promotion_id == current_promotion(production) == plan.promotion_id
    assert {name: each.value for name, each in state.parameters.items()} == projected(plan.config)


def test_the_base_changes_with_the_file_and_with_each_parameter(
    production: ProductionSession,
) -> None:
    promote(production, FIRST)
    before = read_state(production)
    production.parameters.write(locations.hyperparameter_name("max_depth"), "99")
    edited = read_state(production)
    data = (before.data or b"") + b"# A comment.\n"
    production.objects.write(production.bucket, locations.PRODUCTION_CONFIG, data)
    rewritten = read_state(production)

    bases = [before.base, edited.base, rewritten.base]
    assert all(one != other for one, other in pairwise(bases))
    assert before.base.etag == edited.base.etag != rewritten.base.etag
    assert before.base.parameters != edited.base.parameters == rewritten.base.parameters


def test_a_file_that_is_not_whole_is_an_error(production: ProductionSession) -> None:
    production.objects.write(production.bucket, locations.PRODUCTION_CONFIG, b"algorithm:")

    with pytest.raises(InvalidData):
        read_state(production)


def test_projected_values_keep_text_and_numbers_apart() -> None:
    options = {"one": 1, "real": 1.0, "text": "1", "empty": ""}
    config = sealed(**FIRST | {"promotion_id": "promotion-1", "hyperparameters": options})

    values = projected(config)

    found = {name: values[locations.hyperparameter_name(name)] for name in options}
    assert found == {"one": "1", "real": "1.0", "text": '"1"', "empty": '""'}
    assert all(json.loads(found[name]) == value for name, value in options.items())
    assert list(values)[-1] == locations.CONFIG_PARAMETER
    assert from_parameter(values[locations.CONFIG_PARAMETER], source="the manifest") == config
