"""Cells and parameters are read from the file, and wrong parameters are refused at once."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.tiny.project import write_notebook
from foundation.errors import InvalidParams
from pipeline.notebooks.notebook_source import check_parameters, code_cells, declared_parameters

DECLARED = """
execution_id = "interactive"  # a = comment
threshold = 0.8
batch: int | None = 100
name = "a=b, c=d"
columns = ["V1", "V2"]
ratio = -0.5
verbose = False
nothing = None
computed = threshold * 2
"""


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write_notebook(tmp_path, ["# Title", DECLARED, "threshold"])


def test_every_assignment_of_the_parameters_cell_is_declared(notebook):
    declared = declared_parameters(notebook)

    assert list(declared) == [
        "execution_id", "threshold", "batch", "name", "columns", "ratio", "verbose", "nothing",
        "computed",
    ]  # fmt: skip
    assert declared["name"] == "a=b, c=d"
    assert declared["ratio"] == -0.5


@pytest.mark.parametrize(
    "parameters",
    [
        {"threshold": 1},  # an int is a fine float
        {"batch": 100.0},  # as a model may have made it of 100
        {"columns": ["Amount"]},
        {"nothing": "anything"},
        {"computed": "anything"},
        {"verbose": True, "name": "", "ratio": 2.5},
    ],
)
def test_parameters_of_the_declared_type_pass(notebook, parameters):
    check_parameters(notebook, parameters)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("threshold", "0.8", "'0.8' is str, its default 0.8 is float"),
        ("threshold", True, "True is bool"),
        ("batch", 0.5, "0.5 is float"),
        ("batch", [100], "is list"),
        ("columns", "V1", "'V1' is str"),
        ("verbose", 1, "1 is int, its default False is bool"),
        ("name", 3, "3 is int"),
    ],
)
def test_a_mistyped_parameter_is_refused_with_both_types(notebook, name, value, reason):
    with pytest.raises(InvalidParams) as refusal:
        check_parameters(notebook, {name: value})

    assert f"{name}: " in str(refusal.value)
    assert reason in str(refusal.value)


def test_all_wrong_parameters_are_named_at_once(notebook):
    with pytest.raises(InvalidParams) as refusal:
        check_parameters(notebook, {"treshold": 0.7, "btach": 5, "ratio": "big"})

    assert len(refusal.value.problems) == 3
    assert "treshold: no such parameter; did you mean threshold?" in str(refusal.value)
    assert "btach: no such parameter; did you mean batch?" in str(refusal.value)
    assert "nothing was run" in str(refusal.value)


@given(st.text("abcdefghij_", min_size=1))
def test_no_undeclared_name_passes(tmp_path_factory, name):
    notebook = write_notebook(tmp_path_factory.mktemp("n"), ["# T", "threshold = 1", "threshold"])
    with pytest.raises(InvalidParams, match="no such parameter"):
        check_parameters(notebook, {name: 1})


def test_parameters_for_a_notebook_without_a_parameters_cell_are_refused(tmp_path):
    notebook = tmp_path / "plain.ipynb"
    notebook.write_text(json.dumps({"cells": []}))
    with pytest.raises(InvalidParams, match="no cell tagged `parameters`"):
        check_parameters(notebook, {"threshold": 1})


@pytest.mark.parametrize("content", ["", "{}", "[]", "not json", '{"cells": [{}]}'])
def test_a_file_that_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "torn.ipynb"
    path.write_text(content)
    with pytest.raises(InvalidParams, match="not a notebook"):
        check_parameters(path, {})


def test_a_missing_notebook_is_refused(tmp_path):
    with pytest.raises(InvalidParams, match="no such notebook"):
        declared_parameters(tmp_path / "missing.ipynb")


def test_cells_are_known_by_their_heading_or_their_first_line(tmp_path):
    path = tmp_path / "titles.ipynb"

    def cell(kind: str, source: str, *tags: str) -> dict[str, object]:
        return {"cell_type": kind, "source": [source], "metadata": {"tags": tags}}

    cells = [
        cell("markdown", "# The stage\nprose"),
        cell("code", "a = 1", "parameters"),
        cell("code", ""),
        cell("markdown", "## Fit\nprose"),
        cell("code", "fit()"),
        cell("code", "\n# look at it\nplot()"),
    ]
    path.write_text(json.dumps({"cells": cells}))

    titles = [cell.title for cell in code_cells(path, injects_parameters=True)]

    assert titles == ["Parameters", "Parameters given", "Fit", "look at it"]
