"""A model specification decides a model: the same one gives the same scores."""

import pytest

from experiments.evaluation.model_spec import ModelSpec
from fakes.data.labelled_rows import QUICK, fake_rows, quick_fit
from foundation.errors import InvalidParams
from fraud.model.recipe import Recipe

TRAIN, STOP = fake_rows(1, 600), fake_rows(2, 300)


def test_a_specification_fits_the_model_that_its_parts_describe() -> None:
    spec = ModelSpec(
        algorithm="xgboost",
        hyperparameters=QUICK["xgboost"],
        recipe=Recipe(imbalance="none"),
        seed=9,
    )
    model = spec.fit(TRAIN, STOP)
    same = quick_fit(
        "xgboost", 9, recipe=Recipe(imbalance="none"), train=TRAIN, validation=STOP, threads=1
    )
    assert (model.scores(STOP.rows) == same.scores(STOP.rows)).all()
    other = spec.model_copy(update={"recipe": Recipe()}).fit(TRAIN, STOP)
    assert (model.scores(STOP.rows) != other.scores(STOP.rows)).any()


def test_a_specification_survives_json() -> None:
    spec = ModelSpec(algorithm="xgboost", hyperparameters={"max_depth": 3}, seed=1)
    assert ModelSpec.model_validate_json(spec.model_dump_json()) == spec


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"sed": 1}, {"recipe": {"imbalance": "nothing"}}])
def test_what_no_model_can_be_made_of_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidParams):
        ModelSpec.checked({"algorithm": "xgboost"} | wrong, source="A model specification")
