"""Unknown texts: case, spaces, spelling and numbers are told apart."""

import pytest

from fraud.monitoring.inputs.texts import listed, probable_cause

KNOWN = ["web", "app", "card-present", "Café"]


@pytest.mark.parametrize(
    ("unknown", "cause"),
    [
        (["WEB", "App"], "another case?"),
        ([" web", "app  "], "spaces around them?"),
        (["card_present", "CARD PRESENT"], "another spelling?"),
        (["cafe"], "another spelling?"),
        (["card-presnt"], "another spelling?"),
        (["1", "2", "2.0"], "numbers instead of texts?"),
        (["pigeon", "fax"], ""),
        (["WEB", "pigeon"], ""),
    ],
)
def test_the_probable_cause_explains_every_unknown_text(unknown, cause):
    assert probable_cause(unknown, KNOWN) == cause


def test_without_known_texts_nothing_is_explained():
    assert probable_cause(["web"], []) == ""


def test_a_sentence_shows_a_few_texts():
    assert listed(["a", "b"]) == "a, b"
    assert listed(["a", "b", "c", "d"]) == "a, b, c, …"
