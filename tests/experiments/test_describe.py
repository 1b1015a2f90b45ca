"""`describe` is a draft, a table, a picture and what is still to be asked, in one object."""

import pytest

from experiments import describe
from fakes.data.public_shapes import SHAPES
from foundation.errors import InvalidParams


@pytest.fixture
def file(tmp_path):
    shape = SHAPES["mobile_money"]()
    path = tmp_path / shape.file
    path.write_text(shape.text)
    return path


def test_what_is_open_is_listed_and_shown_in_a_notebook(file):
    description = describe(file)
    (question,) = description.questions
    assert question.startswith("time_unit: do the numbers of step count")
    assert "Still to be answered" in description._repr_html_()
    assert description.name == "ps_log"


def test_answers_may_be_given_beforehand_or_by_a_function(file, tmp_path):
    given = describe(file, name="transfers", answers={"time_unit": "hours"})
    asked = describe(file, ask=lambda question: question.suggestion)
    assert given.questions == asked.questions == []
    assert "time_unit: hours # as answered" in given.yaml
    assert given.name == "transfers"
    assert given.facts_table().height > describe(file).facts_table().height
    given.save_plot(tmp_path / "new" / "picture.png")
    assert (tmp_path / "new" / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert "Still" not in given._repr_html_()


def test_what_is_printed_of_a_description_holds_no_cell(tmp_path):
    path = tmp_path / "cards.csv"
    lines = [f"{4_111_111_111_111_111 + row},{row % 2},{row % 7}" for row in range(40)]
    path.write_text("\n".join(["card,fraud,visits", *lines]) + "\n")
    assert "41111111" not in repr(describe(path))
    assert "41111111" not in repr(describe(path).described)


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"time_unit": "fortnights"}, "'fortnights' is none of"),
        ({"time_unit": "hours", "postive": "Y"}, "postive: nothing asks for it"),
        ({"time_unit": "hours", "label": "type"}, "label: the file decides 'isFraud'"),
    ],
)
def test_an_answer_that_answers_nothing_is_refused(file, answers, problem):
    with pytest.raises(InvalidParams, match=problem):
        describe(file, answers=answers)
