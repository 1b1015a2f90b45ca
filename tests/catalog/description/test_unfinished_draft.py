"""An unfinished draft keeps what is decided, and leaves the rest to be decided."""

import pytest

from catalog.description.guess import Question
from catalog.description.survey import survey_file
from catalog.description.unfinished_draft import UnfinishedDraft, listed
from catalog.reading.plain_file import open_plain
from catalog.reading.table_file import TableFile
from foundation.errors import InvalidParams
from fraud.data.formats import FileFormat


def unfinished(folder, ask=lambda question: None) -> UnfinishedDraft:
    path = folder / "t"
    path.write_text("a,b\n1,x\n2,y\n")
    survey = survey_file(TableFile(open_plain(path, folder), FileFormat(), name="t"), "t")
    return UnfinishedDraft(survey, ask, columns=list(survey.columns))


def test_a_column_with_a_role_is_no_longer_left(tmp_path):
    draft = unfinished(tmp_path)
    a, b = draft.left
    draft.ignore(a, "of no use")
    assert [one.name for one in draft.left] == ["b"]
    draft.assign(b, "category", "text")
    assert [(one.name, one.role) for one in draft.in_file_order()] == [
        ("a", "left out"), ("b", "category"),
    ]  # fmt: skip
    assert draft.ignored == ["a"]


def test_a_question_is_settled_by_an_allowed_answer_or_stays_open(tmp_path):
    question = Question("label", "which column?", allowed=("a", "b"))
    draft = unfinished(tmp_path)
    assert draft.settle(question) is None
    assert draft.questions == [question]
    assert unfinished(tmp_path, ask=lambda asked: "a").settle(question) == "a"
    with pytest.raises(InvalidParams, match="label: 'c' is none of a, b"):
        unfinished(tmp_path, ask=lambda asked: "c").settle(question)


def test_cells_are_numbers_in_the_notation_of_the_file(tmp_path):
    draft = unfinished(tmp_path)
    draft.form = FileFormat(decimal=",", thousands=".", currency="€")
    assert [draft.number(cell) for cell in ("€1.234,5", "-3", "7 €")] == [1234.5, -3.0, 7.0]


def test_long_lists_are_cut_with_their_count():
    assert listed(["a", "b"]) == "a, b"
    assert listed(list("abcdefgh")) == "a, b, c, d, e, f and 2 more"
