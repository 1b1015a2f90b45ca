"""Answer: every format holds every bit of every score, and an Accept gets what it asks for."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.answer import WRITERS, Answer, accepted_type, as_csv, as_json, as_json_lines
from serving.rejection import Rejected

JSON, CSV, LINES = WRITERS


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_every_format_holds_every_bit_of_every_score(scores):
    answer = Answer(np.array(scores), "d" * 64)
    assert json.loads(as_json(answer)) == {"model_digest": "d" * 64, "scores": scores}
    assert [float(line) for line in as_csv(answer).splitlines()] == scores
    assert [json.loads(line) for line in as_json_lines(answer).splitlines()] == [
        {"score": score} for score in scores
    ]


def test_the_model_is_named_where_invoke_endpoint_hands_it_on():
    assert Answer(np.empty(0), "abc").headers == {
        "X-Amzn-SageMaker-Custom-Attributes": "model_digest=abc"
    }


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", JSON), ("*/*", JSON), ("*", JSON), ("application/*", JSON), ("text/*", CSV),
        (CSV, CSV), (LINES, LINES), ("TEXT/CSV; charset=utf-8", CSV),
        (f"{CSV}, {JSON}", CSV), (f"{JSON}, {CSV}", JSON), (f"*/*, {CSV}", CSV),
        (f"{JSON};q=0.5, {CSV};q=0.9", CSV), (f"{JSON};q=0, */*", CSV),
        (f"{CSV};q=0.2, */*;q=0.1", CSV), (f"image/png, {LINES};q=0.1", LINES),
        (f"application/*;q=0.3, {LINES};q=0.8, {CSV};q=0.5", LINES),
        (f"{CSV};q=much, {LINES}", LINES), ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
    ],
)  # fmt: skip
def test_the_type_that_is_wanted_most_is_taken(accept, expected):
    assert accepted_type(accept) == expected


@pytest.mark.parametrize(
    "accept", ["image/png", "text/html", f"{CSV};q=0", "*/*;q=0", ",", "application", f"{CSV};q=2"]
)
def test_what_takes_none_of_the_types_is_406_with_those_there_are(accept):
    with pytest.raises(Rejected) as refusal:
        accepted_type(accept)
    assert refusal.value.status == 406
    for told in (*WRITERS, repr(accept), "Nothing was scored"):
        assert told in str(refusal.value)


@given(st.text(st.characters(codec="latin-1"), max_size=60))
def test_whatever_else_a_header_takes_anything_at_all_is_json(accept):
    assert accepted_type(f"{accept}, */*") in WRITERS
