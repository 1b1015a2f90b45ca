"""A draft decides what the file tells, and asks what it does not."""

import pytest
import yaml

from catalog.description.describing import describe_file
from foundation.errors import InvalidParams


def drafted(folder, lines: list[str], ask=None):
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n")
    return describe_file(path, ask=ask).draft


def rows(header: str, *cells: str) -> list[str]:
    """A header, and rows in which {n} counts."""
    return [header, *(cell.format(n=n) for n in range(30) for cell in cells)]


def test_a_label_of_unknown_words_is_asked_with_the_shares_of_each(tmp_path):
    lines = rows("visits,outcome", "{n},A", "{n},B", "{n},B")
    draft = drafted(tmp_path, lines)
    (question,) = draft.questions
    assert (question.key, question.suggestion) == ("positive", "A")
    assert "A in 33.3% and B in 66.7%" in question.text
    assert "? which value of outcome is fraud" in draft.to_yaml()
    with pytest.raises(InvalidParams, match="positive: which value of outcome is fraud"):
        draft.spec()


def test_an_answer_decides_and_is_written_as_such(tmp_path):
    lines = rows("visits,outcome", "{n},A", "{n},B", "{n},B")
    draft = drafted(tmp_path, lines, ask=lambda question: "B")
    assert draft.questions == ()
    assert (draft.spec().positive, draft.spec().negative) == (["B"], ["A"])
    assert "positive: B # as answered" in draft.to_yaml()


def test_a_file_without_a_likely_label_asks_which_column_it_is(tmp_path):
    lines = rows("visits,flag_a,flag_b", "{n},x,u", "{n},y,v")
    draft = drafted(tmp_path, lines)
    question, second = draft.questions
    assert (question.key, set(question.choices)) == ("label", {"flag_a", "flag_b"})
    assert second.key == "positive"
    assert "- flag_a # 2 different values; remove it here if it is the label" in draft.to_yaml()
    draft = drafted(tmp_path, lines, ask=lambda q: {"label": "flag_b", "positive": "v"}[q.key])
    assert (draft.spec().label, draft.spec().positive) == ("flag_b", ["v"])


def test_negative_amounts_are_asked_about(tmp_path):
    lines = rows("amount,fraud", "-{n}.5,0", "{n}.5,1")
    (question,) = drafted(tmp_path, lines).questions
    assert question.key == "amount_may_be_negative"
    assert "30 of the first 60 amounts are negative" in question.text


def test_empty_constant_and_counting_columns_are_left_out_with_their_reasons(tmp_path):
    lines = rows(",same,empty,visits,fraud", "{n},x,,{n},0", "{n},x,,{n},1")
    lines[1:] = [f"{at}{line[line.index(',') :]}" for at, line in enumerate(lines[1:])]
    draft = drafted(tmp_path, lines)
    reasons = {role.name: role.reason for role in draft.roles if role.role == "left out"}
    assert set(reasons) == {"unnamed_1", "same", "empty"} == set(draft.spec().ignore)
    assert "an index" in reasons["unnamed_1"]
    assert "the same in every row: x" in reasons["same"]


def test_every_column_has_one_role(tmp_path):
    lines = rows("a,b,when,who,note,fraud", "{n},x{n},2026-11-{n:02d},c1,hi,0", "2,y,,c2,ho,1")
    draft = drafted(tmp_path, lines)
    assert [role.name for role in draft.roles] == ["a", "b", "when", "who", "note", "fraud"]


def test_an_answer_that_cannot_be_right_is_refused(tmp_path):
    lines = rows("visits,outcome", "{n},A", "{n},B")
    with pytest.raises(InvalidParams, match="positive: 'C' is none of"):
        drafted(tmp_path, lines, ask=lambda question: "C")


def test_a_value_with_a_line_end_does_not_end_a_comment(tmp_path):
    lines = rows("visits,fraud", '{n},"no\nfraud"', "{n},Fraud")
    text = drafted(tmp_path, lines).to_yaml()
    assert yaml.safe_load(text)["label"] == "fraud"
