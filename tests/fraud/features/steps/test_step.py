"""A step names every column that it adds, reads back as YAML gives it, and knows its own state."""

import numpy as np
import pytest

from fakes.data.rows_with_gaps import gappy_rows
from foundation.errors import InvalidData, InvalidParams
from fraud.features.steps import STEPS, step_of
from fraud.features.steps.amount_steps import AmountBins

every_step = pytest.mark.parametrize("name", STEPS)


@every_step
def test_as_many_columns_are_added_as_are_named_and_made_of_known_ones(name: str) -> None:
    train = gappy_rows(1, 200)
    fitted = STEPS[name]().fit(train)
    sources = fitted.sources(train.columns)
    assert fitted.added(train.rows).shape == (200, len(sources))
    assert sources
    assert {column for made_of in sources.values() for column in made_of} <= set(train.columns)


@every_step
def test_what_a_step_learned_is_restored_from_its_fields(name: str) -> None:
    train = gappy_rows(1, 200)
    fitted = STEPS[name]().fit(train)
    restored = STEPS[name]().restored(fitted.model_dump(mode="json"))
    assert restored == fitted
    assert np.array_equal(restored.added(train.rows), fitted.added(train.rows), equal_nan=True)


@every_step
def test_a_step_reads_back_as_it_is_written(name: str) -> None:
    assert step_of(STEPS[name]().model_dump()) == STEPS[name]()


def test_options_are_written_where_a_step_has_any() -> None:
    assert STEPS["log_amount"]().model_dump() == "log_amount"
    assert AmountBins(bins=7).model_dump() == {"amount_bins": {"bins": 7}}
    assert step_of({"amount_bins": {"bins": 7}}) == AmountBins(bins=7)


def test_an_option_beyond_its_range_is_refused() -> None:
    with pytest.raises(InvalidParams, match="bins"):
        AmountBins.checked({"bins": 1}, source="amount_bins")


@pytest.mark.parametrize("state", [{"edges": "abc"}, {"edges": [1.0], "more": 1}, {}])
def test_a_state_of_something_else_is_refused(state: dict[str, object]) -> None:
    with pytest.raises(InvalidData, match="not the state of the feature step amount_bins"):
        AmountBins().restored(state)
