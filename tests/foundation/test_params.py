"""Params: every problem of a file is listed at once, and no password is shown."""

from pathlib import Path

import pytest
from pydantic import Field

from foundation.errors import InvalidParams
from foundation.params import Params, without_password


class ScoreParams(Params):
    threshold: float = Field(ge=0, le=1)
    rows_per_batch: int = Field(default=100, ge=1)


def test_values_come_from_the_file_and_overrides_lie_over_them(tmp_path: Path) -> None:
    file = tmp_path / "score.yaml"
    file.write_text("threshold: 0.5\nrows_per_batch: 10\n")

    assert ScoreParams.from_yaml(file, rows_per_batch=20) == ScoreParams(
        threshold=0.5, rows_per_batch=20
    )


def test_every_mistake_is_reported_at_once_with_the_nearest_name(tmp_path: Path) -> None:
    file = tmp_path / "score.yaml"
    file.write_text("treshold: 0.8\nrows_per_batch: 0\n")

    with pytest.raises(InvalidParams) as refusal:
        ScoreParams.from_yaml(file)

    message = str(refusal.value)
    assert "has 3 problems" in message
    assert "treshold: no such parameter; did you mean threshold?" in message
    assert "threshold: it is needed and missing" in message
    assert "rows_per_batch: Input should be greater than or equal to 1, not 0" in message
    assert message.endswith("Fix it; nothing was run.")


@pytest.mark.parametrize(
    ("content", "problem"),
    [("- a\n- b\n", "should hold `name: value`"), ("a: [", "not YAML"), (None, "no such file")],
)
def test_a_file_that_is_not_a_mapping_says_what_it_is(
    tmp_path: Path, content: str | None, problem: str
) -> None:
    file = tmp_path / "score.yaml"
    if content is not None:
        file.write_text(content)

    with pytest.raises(InvalidParams, match=problem):
        ScoreParams.from_yaml(file)


def test_a_number_may_be_written_with_an_exponent(tmp_path: Path) -> None:
    file = tmp_path / "score.yaml"
    file.write_text("threshold: 1e-3\nrows_per_batch: 2e3\n")
    assert ScoreParams.from_yaml(file) == ScoreParams(threshold=0.001, rows_per_batch=2000)


@pytest.mark.parametrize("written", ["true", "7", "1e5"])
def test_where_a_text_is_meant_a_number_or_boolean_is_refused_with_the_way_to_quote_it(
    tmp_path: Path, written: str
) -> None:
    class Named(Params):
        study: str

    file = tmp_path / "named.yaml"
    file.write_text(f"study: {written}\n")
    with pytest.raises(InvalidParams, match="put the text in quotes"):
        Named.from_yaml(file)
    file.write_text(f"study: '{written}'\n")
    assert Named.from_yaml(file).study == written


@pytest.mark.parametrize(("written", "value"), [("yes", True), ("off", False), ("true", True)])
def test_a_switch_is_set_by_any_word_for_it(tmp_path: Path, written: str, value: bool) -> None:
    class Switch(Params):
        pruning: bool

    file = tmp_path / "switch.yaml"
    file.write_text(f"pruning: {written}\n")
    assert Switch.from_yaml(file).pruning is value


def test_not_a_number_is_not_a_parameter(tmp_path: Path) -> None:
    with pytest.raises(InvalidParams, match="finite number"):
        ScoreParams.checked({"threshold": float("nan")}, source="the test")


def test_no_message_repeats_the_password_of_a_url():
    class Place(Params):
        url: int

    with pytest.raises(InvalidParams) as refused:
        Place.checked({"url": "postgresql://ann:secret@db/studies"}, source="params")
    assert "postgresql://ann:…@db/studies" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("shown", "hidden"),
    [
        ("https://ann:p/w@d@db:5000/x failed", "https://ann:…@db:5000/x failed"),
        ("url: /runs?Access_Token=secret&limit=5", "url: /runs?Access_Token=…&limit=5"),
        ("'postgresql://db/s?user=ann&password=secret'", "'postgresql://db/s?user=ann&password=…'"),
        ("http://127.0.0.1:5000/a and b@c", "http://127.0.0.1:5000/a and b@c"),
    ],
)
def test_passwords_and_tokens_are_hidden_and_nothing_else(shown: str, hidden: str) -> None:
    assert without_password(shown) == hidden
