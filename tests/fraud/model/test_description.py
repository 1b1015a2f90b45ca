"""Model description: it reads back, vouches for every file, and says no more than it needs."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.labelled_rows import COLUMNS
from foundation.digests import digest_of_bytes
from foundation.errors import DigestMismatch, InvalidData
from fraud.algorithms import ALGORITHMS
from fraud.model.description import (
    BagState,
    Description,
    as_described,
    own_files,
    read_description,
    saved_files,
    saved_name,
)
from fraud.model.recipe import Recipe

every_algorithm = pytest.mark.parametrize("name", ALGORITHMS)


def state_of(best_iteration: int | None) -> BagState:
    return BagState(best_iteration=best_iteration, transform_state={"means": [1.5]})


def bag_files(name: str, bags: int) -> list[dict[str, bytes]]:
    files = ALGORITHMS[name].files
    return [{file: f"{file} of bag {bag}".encode() for file in files} for bag in range(bags)]


def model_files(name: str, bags: int = 1, **changes: Any) -> dict[str, bytes]:
    """The files of a model, of which the algorithm's own hold no more than their names."""
    files = saved_files(bag_files(name, bags))
    description = Description(
        algorithm=name,
        columns=COLUMNS,
        hyperparameters={},
        threshold=0.25,
        seed=3,
        transform="standardised",
        recipe=Recipe(bags=bags),
        libraries={"numpy": "2"},
        files={file: digest_of_bytes(data) for file, data in files.items()},
        **as_described([state_of(10 * bag) for bag in range(1, bags + 1)]),
    )
    content = {**description.model_dump(mode="json"), **changes}
    return {**files, "model.json": json.dumps(content).encode()}


@every_algorithm
@pytest.mark.parametrize("bags", [1, 3])
def test_a_description_reads_back_with_the_files_of_each_bag(name: str, bags: int) -> None:
    files = model_files(name, bags)
    description = read_description(files)
    assert description.algorithm == name
    assert description.bag_states == tuple(state_of(10 * bag) for bag in range(1, bags + 1))
    assert own_files(description, files) == bag_files(name, bags)


def test_what_a_plain_model_has_none_of_is_not_described() -> None:
    optional = {
        "recipe", "step_states", "bags", "calibration_state", "categories", "may_miss", "roles",
    }  # fmt: skip
    content = json.loads(model_files("xgboost")["model.json"])
    assert set(content) == Description.model_fields.keys() - optional
    assert set(json.loads(model_files("xgboost", bags=2)["model.json"])) & optional == {
        "recipe", "bags",
    }  # fmt: skip


@every_algorithm
@pytest.mark.parametrize("bags", [1, 3])
def test_every_bag_is_needed_and_vouched_for(name: str, bags: int) -> None:
    files = model_files(name, bags)
    description = read_description(files)
    assert len(files) == bags * len(ALGORITHMS[name].files) + 1
    for file in files.keys() - {"model.json"}:
        rest = {other: data for other, data in files.items() if other != file}
        with pytest.raises(InvalidData, match=f"{file}, which is missing"):
            own_files(description, rest)
        with pytest.raises(DigestMismatch, match=file):
            own_files(description, {**files, file: files[file][:-1] + b"?"})


def test_files_of_two_bags_cannot_be_swapped() -> None:
    files = model_files("xgboost", bags=2)
    first, second, _ = sorted(files)
    with pytest.raises(DigestMismatch):
        own_files(read_description(files), {**files, first: files[second]})


def test_a_file_that_the_description_does_not_vouch_for_is_missing() -> None:
    files = model_files("xgboost", files={})
    with pytest.raises(InvalidData, match=r"model\.ubj, which is missing"):
        own_files(read_description(files), files)


def test_the_name_of_a_file_of_an_only_bag_is_the_algorithms_own() -> None:
    assert saved_name("model.ubj", bag=0, bags=1) == "model.ubj"
    assert [saved_name("model.ubj", bag, bags=2) for bag in (0, 1)] == [
        "bag-1-model.ubj", "bag-2-model.ubj",
    ]  # fmt: skip


@given(rounds=st.lists(st.integers(1, 500), min_size=2, max_size=7))
def test_of_the_rounds_of_several_bags_the_median_is_described(rounds: list[int]) -> None:
    content = as_described([state_of(count) for count in rounds])
    assert content["best_iteration"] in rounds
    below = sum(count < content["best_iteration"] for count in rounds)
    above = sum(count > content["best_iteration"] for count in rounds)
    assert max(below, above) <= len(rounds) / 2
    assert [bag.best_iteration for bag in content["bags"]] == rounds


def test_bags_without_rounds_have_no_median() -> None:
    assert as_described([state_of(None), state_of(None)])["best_iteration"] is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"algorithm": "xgbost"}, "did you mean xgboost"),
        ({"format": 2, "new": 1}, "its format is 2, this version reads 1"),
        ({"threshold": None}, "threshold"),
        ({"surprise": 1}, "surprise"),
        ({"columns": []}, "columns"),
    ],
)
def test_a_description_that_is_not_understood_is_refused(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidData, match=message):
        read_description(model_files("xgboost", **changes))


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"format": 1', b"\xff"])
def test_a_damaged_description_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidData, match="Nothing was loaded"):
        read_description({**model_files("xgboost"), "model.json": text})


def test_files_without_a_description_are_no_model() -> None:
    with pytest.raises(InvalidData, match=r"it has no model\.json, only \['model\.ubj'\]"):
        read_description({"model.ubj": b"x"})


@pytest.mark.parametrize("bags", [1, 2, 4])
def test_a_description_of_another_number_of_bags_is_refused(bags: int) -> None:
    files = model_files("xgboost", bags=3, recipe={"bags": bags})
    with pytest.raises(InvalidData, match=rf"asks for {bags} bags, model\.json describes 3"):
        read_description(files)
