"""No secret of the environment survives redaction, in whatever form it was printed."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.notebooks.redaction import HIDDEN, redacted, secrets_of

secret_texts = st.text(st.characters(codec="utf-8"), min_size=6).filter(
    lambda text: text != "testing" and text not in HIDDEN
)


@given(secret=secret_texts, before=st.text(), after=st.text())
def test_no_secret_survives_in_any_depth(secret, before, after):
    secrets = secrets_of({"MY_API_KEY": secret})
    document = {"cells": [{"outputs": [{"text": before + secret + after}]}], "n": 1}

    hidden = redacted(document, secrets)

    assert hidden["n"] == 1
    # What is left of the text around it can never spell it again with the mark in between.
    assert secret not in hidden["cells"][0]["outputs"][0]["text"].split(HIDDEN)


def test_a_secret_that_python_printed_escaped_is_hidden():
    secret = "line one\nline 'two'"
    assert redacted(repr({"key": secret}), secrets_of({"TLS_KEY": secret})) == (
        "{'key': \"" + HIDDEN + '"}'
    )


def test_variables_are_secret_by_their_name():
    environment = {
        "AWS_SECRET_ACCESS_KEY": "abcdef1",
        "db_password": "abcdef2",
        "GitHub_Token": "abcdef3",
        "HOME": "/home/someone",
    }
    assert sorted(secrets_of(environment)) == ["abcdef1", "abcdef2", "abcdef3"]


def test_short_and_well_known_values_stay_readable():
    assert secrets_of({"AWS_SECRET_ACCESS_KEY": "test", "A_TOKEN": "testing"}) == []
