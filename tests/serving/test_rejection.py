"""A rejection says what is wrong, where, and that nothing was scored, in JSON that anyone reads."""

from http import HTTPStatus

import orjson
from hypothesis import given
from hypothesis import strategies as st

from serving.rejection import SHOWN, Rejected, clipped, listed_names


@given(reason=st.text(), row=st.none() | st.integers(1, 10**6), column=st.none() | st.text())
def test_json_holds_the_reason_and_those_places_that_are_known(reason, row, column):
    facts = orjson.loads(Rejected(reason, row=row, column=column).to_json())
    assert facts["error"].endswith("Nothing was scored.")
    assert facts.get("row") == row
    assert ("column" in facts) == (column is not None)


def test_half_a_surrogate_pair_does_not_keep_the_answer_from_being_written():
    facts = orjson.loads(Rejected("no", column="\ud800").to_json())
    assert facts["column"] == "?"


def test_a_rejection_in_another_row_is_otherwise_the_same():
    found = Rejected("no", column="V1", status=HTTPStatus.CONFLICT).at_row(3)
    assert (found.reason, found.row, found.column, found.status) == ("no", 3, "V1", 409)


@given(st.text())
def test_what_is_shown_is_short_and_begins_as_it_did(text):
    assert len(clipped(text)) <= SHOWN
    assert text.startswith(clipped(text).removesuffix("…")) or text == clipped(text)


def test_the_first_few_names_are_listed_and_the_others_counted():
    assert listed_names(["a", "b"]) == "a, b"
    assert listed_names(list("abcdefgh")) == "a, b, c, d, e and 3 more"
