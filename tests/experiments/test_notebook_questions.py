"""A notebook asks below its cell; what nobody answers stays open."""

import nbformat
import pytest
from IPython.core.error import StdinNotImplementedError
from nbclient import NotebookClient

from catalog.description.guess import Question
from experiments.notebook_questions import ask_below_cell, in_kernel
from fakes.data.public_shapes import SHAPES

QUESTION = Question("time_unit", "which unit?", choices=("s", "hours"), suggestion="hours")


@pytest.mark.parametrize(("typed", "answer"), [("s", "s"), ("  s ", "s"), ("", "hours")])
def test_enter_takes_the_suggestion(typed: str, answer: str) -> None:
    shown: list[str] = []

    def read(prompt: str) -> str:
        shown.append(prompt)
        return typed

    assert ask_below_cell(QUESTION, read) == answer
    assert shown == ["Which unit? (for example: s, hours) [hours] "]


def test_without_a_suggestion_enter_leaves_it_open() -> None:
    assert ask_below_cell(Question("label", "which column?"), lambda _: "") is None


def test_where_nobody_can_answer_it_stays_open() -> None:
    def read(prompt: str) -> str:
        raise StdinNotImplementedError

    assert ask_below_cell(QUESTION, read) is None
    assert not in_kernel()


def test_a_notebook_that_nobody_sits_at_ends_with_the_question_open(tmp_path) -> None:
    shape = SHAPES["mobile_money"]()
    (tmp_path / shape.file).write_text(shape.text)
    code = f"from experiments import describe\nprint(describe({shape.file!r}).questions)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(each.get("text", "") for each in notebook.cells[0].outputs)
    assert "time_unit: do the numbers of step count" in printed
