"""The label is told by its name and its values, or is asked for."""

import pytest

from fakes.data.drafts import drafted, lines_of
from foundation.errors import InvalidParams


def test_a_label_of_unknown_words_is_asked_with_the_shares_of_each(tmp_path):
    lines = lines_of("visits,outcome", "{n},A", "{n},B", "{n},B")
    draft = drafted(tmp_path, lines)
    (question,) = draft.questions
    assert (question.key, question.suggestion) == ("positive", "A")
    assert "A in 33.3% and B in 66.7%" in question.text
    assert "? which value of outcome is fraud" in draft.to_yaml()
    with pytest.raises(InvalidParams, match="positive: which value of outcome is fraud"):
        draft.spec()


def test_an_answer_decides_and_is_written_as_such(tmp_path):
    lines = lines_of("visits,outcome", "{n},A", "{n},B", "{n},B")
    draft = drafted(tmp_path, lines, ask=lambda question: "B")
    assert draft.questions == ()
    assert (draft.spec().positive, draft.spec().negative) == (["B"], ["A"])
    assert "positive: B # as answered" in draft.to_yaml()


def test_a_file_without_a_likely_label_asks_which_column_it_is(tmp_path):
    lines = lines_of("visits,flag_a,flag_b", "{n},x,u", "{n},y,v")
    draft = drafted(tmp_path, lines)
    question, second = draft.questions
    assert (question.key, set(question.choices)) == ("label", {"flag_a", "flag_b"})
    assert second.key == "positive"
    assert "- flag_a # 2 different values; remove it here if it is the label" in draft.to_yaml()
    draft = drafted(tmp_path, lines, ask=lambda q: {"label": "flag_b", "positive": "v"}[q.key])
    assert (draft.spec().label, draft.spec().positive) == ("flag_b", ["v"])


@pytest.mark.parametrize(
    ("values", "positive"),
    [
        (("Y", "N"), "Y"),
        (("legit", "odd"), "odd"),
        (("1.0", "0.0"), 1),
        (("True", "False"), "True"),
    ],
)
def test_known_words_tell_which_value_is_fraud(tmp_path, values, positive):
    lines = lines_of("visits,fraud", *(f"{{n}},{value}" for value in values))
    assert drafted(tmp_path, lines).values["positive"] == positive
