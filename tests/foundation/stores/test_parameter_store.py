"""Parameter store: one contract over the fake, moto and the local AWS, and the rules of AWS."""

import random
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.faults.faulty_proxy import HUNG_UP, Burst
from fakes.ports.parameter_store import FakeParameterStore
from fakes.ports.settings import fake_settings
from foundation.aws import client
from foundation.errors import AlreadyExists, InvalidParams, Unavailable
from foundation.settings import Settings
from foundation.stores.parameter_store import (
    DEEPEST_LEVEL,
    LARGEST_VALUE_BYTES,
    LONGEST_NAME,
    Parameter,
    ParameterStore,
    SsmParameterStore,
    parameter_problems,
)

NAME = "/fraud-detection/hyperparameters/max_depth"

levels = st.from_regex(r"[a-zA-Z0-9_.-]{1,12}", fullmatch=True)
names = st.lists(levels, min_size=1, max_size=DEEPEST_LEVEL).map(lambda some: "/" + "/".join(some))
values = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


@given(name=names, value=values)
def test_what_keeps_every_rule_has_no_problem(name: str, value: str) -> None:
    is_reserved = re.match("/(aws|ssm)", name, re.IGNORECASE)
    expected = bool(is_reserved) + ("{{" in value)
    assert len(parameter_problems(name, value)) == expected


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "empty level"),
        ("/", "empty level"),
        ("/a//b", "empty level"),
        ("/a/b/", "empty level"),
        ("/a b", "other characters"),
        ("/größe", "other characters"),
        ("/a:b", "other characters"),
        ("/a\n", "other characters"),
        ("a/b", "does not begin with /"),
        ("/" + "/".join("abcdefghijklmnop"), "16 levels; 15 are the most"),
        ("/" + "n" * LONGEST_NAME, f"{LONGEST_NAME + 1} characters; {LONGEST_NAME} are the most"),
        ("/aws/secret", "begins with aws or ssm"),
        ("/AwsSecret", "begins with aws or ssm"),
        ("SSM-test", "begins with aws or ssm"),
    ],
)
def test_a_name_that_breaks_a_rule_is_told_which(name: str, problem: str) -> None:
    (found,) = parameter_problems(name, "6")
    assert problem in found


@pytest.mark.parametrize(
    "name", ["max_depth", "/" + "n" * (LONGEST_NAME - 1), "/paws/ssm", "/a/aws"]
)
def test_a_name_at_the_edge_of_a_rule_is_taken(name: str) -> None:
    assert parameter_problems(name, "6") == []


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "its value is empty"),
        ("x" * (LARGEST_VALUE_BYTES + 1), "4097 bytes; 4096 are the most"),
        ("é" * 2049, "4098 bytes; 4096 are the most"),
        ("{{ssm:other}}", "a reference to another parameter"),
        ("half \ud83d", "lone surrogate"),
    ],
)
def test_a_value_that_breaks_a_rule_is_told_which(value: str, problem: str) -> None:
    (found,) = parameter_problems(NAME, value)
    assert problem in found


@pytest.mark.parametrize("value", ["x" * LARGEST_VALUE_BYTES, "é" * 2048, "}}", '{"a":{"b":{}}}'])
def test_a_value_at_the_edge_of_a_rule_is_taken(value: str) -> None:
    assert parameter_problems(NAME, value) == []


@pytest.mark.parametrize("type", ["SecureString", "StringList"])
def test_a_parameter_of_another_type_has_to_go_first(type: str) -> None:
    present = Parameter(name=NAME, value="6", type=type)
    (found,) = parameter_problems(NAME, "6", present)
    assert f"is a {type}" in found
    assert "delete it first" in found


def test_all_problems_are_told_at_once() -> None:
    assert len(parameter_problems("aws a/b", "", Parameter(name="a", value="b", type="X"))) == 5


@pytest.mark.parametrize("change", ["write", "create"])
def test_what_is_refused_is_not_sent(change: str) -> None:
    store = FakeParameterStore({NAME: "6"})
    with pytest.raises(InvalidParams, match="its value is empty"):
        getattr(store, change)(NAME, "")
    assert store.values == {NAME: "6"}
    assert store.writes == 0


# The contract

REMOTE = ["moto_settings", "local_aws"]


@pytest.fixture(params=["fake", *REMOTE])
def store(request: pytest.FixtureRequest) -> ParameterStore:
    if request.param == "fake":
        return FakeParameterStore()
    return SsmParameterStore(request.getfixturevalue(request.param))


@pytest.fixture(params=REMOTE)
def remote(request: pytest.FixtureRequest) -> Settings:
    settings: Settings = request.getfixturevalue(request.param)
    return settings


@pytest.fixture
def bursting(remote: Settings) -> Iterator[tuple[Burst, ParameterStore]]:
    random.seed(1233915)  # the first shares of botocore's waits that it gives are near a fifth
    burst = Burst(str(remote.aws_endpoint_url))
    through = remote.model_copy(update={"aws_endpoint_url": burst.url})
    yield burst, SsmParameterStore(through)
    burst.stop()


@pytest.fixture
def folder() -> str:
    """A folder that no other test has."""
    return f"/fraud-detection-{uuid4()}"


def test_what_was_written_is_read_with_its_version(store: ParameterStore, folder: str) -> None:
    name = f"{folder}/eta"
    for value in ("0.1", "0.2"):
        store.write(name, value)

    found = {name: Parameter(name=name, value="0.2", type="String", version=2)}
    assert store.read([name]) == found
    assert store.below(folder) == found


def test_what_is_not_there_is_absent(store: ParameterStore, folder: str) -> None:
    store.write(f"{folder}/eta", "0.1")

    assert list(store.read([f"{folder}/eta", f"{folder}/nothing"])) == [f"{folder}/eta"]
    assert store.read([]) == {}
    assert store.below(f"{folder}/nothing") == {}


def test_more_than_a_request_holds_is_read_and_deleted(store: ParameterStore, folder: str) -> None:
    values = {f"{folder}/{number:02}": str(number) for number in range(23)}
    for name, value in values.items():
        store.write(name, value)

    assert {name: found.value for name, found in store.below(folder).items()} == values
    assert {name: found.value for name, found in store.read([*values, *values]).items()} == values

    store.delete([*values, *values])

    assert store.below(folder) == {}


@pytest.mark.parametrize("end", ["", "/"])
def test_below_is_at_any_depth_and_nothing_beside(
    store: ParameterStore, folder: str, end: str
) -> None:
    for name in ("", "/eta", "/deep/er/eta", "-beside/eta"):
        store.write(f"{folder}{name}", "0.1")

    assert set(store.below(f"{folder}{end}")) == {f"{folder}/eta", f"{folder}/deep/er/eta"}


def test_every_character_of_a_value_survives(store: ParameterStore, folder: str) -> None:
    value = '  {"a":[1e-320,-0.0]}\n\t€ ✓ 🙂 \\ " \' \x7f  '
    store.write(f"{folder}/value", value)

    assert store.read([f"{folder}/value"])[f"{folder}/value"].value == value


def test_the_largest_value_is_taken(store: ParameterStore, folder: str) -> None:
    store.write(f"{folder}/value", "x" * 4096)

    assert len(store.read([f"{folder}/value"])[f"{folder}/value"].value) == 4096


def test_what_another_created_first_is_left_as_it_is(store: ParameterStore, folder: str) -> None:
    store.create(f"{folder}/eta", "theirs")

    with pytest.raises(AlreadyExists):
        store.create(f"{folder}/eta", "mine")
    store.create(f"{folder}/eta", "theirs")  # the reply to an earlier try may have been lost

    found = store.read([f"{folder}/eta"])[f"{folder}/eta"]
    assert (found.value, found.version) == ("theirs", 1)


def test_deleting_what_is_not_there_is_deleting(store: ParameterStore, folder: str) -> None:
    store.write(f"{folder}/eta", "0.1")
    for _ in range(2):
        store.delete([f"{folder}/eta", f"{folder}/nothing"])

    assert store.below(folder) == {}


@pytest.mark.parametrize("change", ["write", "create"])
def test_what_aws_would_refuse_is_not_sent(store: ParameterStore, folder: str, change: str) -> None:
    with pytest.raises(InvalidParams, match="4097 bytes"):
        getattr(store, change)(f"{folder}/eta", "x" * 4097)

    assert store.below(folder) == {}


def test_a_secret_is_never_read_in_clear(remote: Settings, folder: str) -> None:
    client("ssm", remote).put_parameter(Name=f"{folder}/key", Value="secret", Type="SecureString")

    found = SsmParameterStore(remote).below(folder)[f"{folder}/key"]

    assert found.type == "SecureString"
    assert found.value != "secret"


def test_a_store_that_refuses_most_writes_gets_every_one(
    bursting: tuple[Burst, ParameterStore], folder: str
) -> None:
    burst, store = bursting
    throttled = {"code": "ThrottlingException", "status": 400}
    burst.does("ssm", "PutParameter", sequence={"fail": 2, "pass": 1}, error=throttled)

    for name in "ab":
        store.write(f"{folder}/{name}", name)

    assert burst.faults >= 4
    assert list(store.below(folder)) == [f"{folder}/{name}" for name in "ab"]


def test_a_parameter_that_was_created_and_its_reply_lost_is_created(
    bursting: tuple[Burst, ParameterStore], folder: str
) -> None:
    burst, store = bursting
    burst.does("ssm", "PutParameter", times=1, response=HUNG_UP)

    store.create(f"{folder}/eta", "0.1")

    assert burst.faults == 1
    assert store.read([f"{folder}/eta"])[f"{folder}/eta"].version == 1


def test_an_unreachable_store_is_unavailable_and_says_so() -> None:
    nowhere = fake_settings().model_copy(update={"aws_endpoint_url": "http://127.0.0.1:1"})
    with pytest.raises(Unavailable, match=r"Reading the parameters /a failed.*ceap aws status"):
        SsmParameterStore(nowhere).read(["/a"])
