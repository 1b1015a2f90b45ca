"""The ways to a raw file are those of its data set, and each is a command that names it."""

import re

import pytest

from catalog.prepared_data import data_spec
from catalog.raw_advice import ways_to_raw_data
from fakes.processes.typed_command import typed

KINDS = ("fetch", "ingest", "simulate")


@pytest.mark.parametrize(
    ("data", "changed", "kinds"),
    [
        ("creditcard", {}, KINDS),
        ("payments", {}, ("simulate",)),
        ("creditcard", {"name": "mine", "sha256": None}, ("ingest",)),
    ],
)
def test_only_ways_that_exist_for_the_data_set_are_named(
    data: str, changed: dict[str, str | None], kinds: tuple[str, ...]
) -> None:
    spec = data_spec(data).model_copy(update=changed)
    lines = re.findall("`([^`]+)`", ways_to_raw_data(spec))
    assert tuple(line.split()[2] for line in lines) == kinds
    for line in lines:
        assert line == "ceap data fetch" or f"--data {spec.name}" in line
        typed(line.replace("mine", "creditcard"))
