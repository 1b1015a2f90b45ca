"""Data of entities and times are compared on later days, and the reason is given."""

from ceap.data_commands.next_steps import BY_TIME, compare_models


def test_entities_in_time_are_split_by_time() -> None:
    steps = compare_models("mine", {"label", "time", "entities"})
    assert steps == ["ceap compare --data mine --method time", BY_TIME]


def test_other_data_are_compared_as_the_parameters_ask() -> None:
    assert compare_models("mine", {"label", "time"}) == ["ceap compare --data mine"]
    assert compare_models("mine", {"label", "entities"}) == ["ceap compare --data mine"]
