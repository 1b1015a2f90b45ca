"""The contract of every notebook; a new one is held to it as soon as it is there."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from foundation.params import read_yaml
from foundation.settings import project_root
from pipeline.notebooks.notebook_source import (
    PARAMETERS,
    cell_tags,
    declared_parameters,
    read_cells,
)
from pipeline.order import PIPELINES, Stage

ROOT = Path(__file__).parents[2]
MOST_CODE_LINES = 30  # besides the parameters, which are as many as the YAML has
NOTEBOOKS = sorted(
    path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
STAGES = [stage for stages in PIPELINES.values() for stage in stages]
AT_HOME = [stage for stage in STAGES if not stage.at]  # others run a notebook of theirs

every_notebook = pytest.mark.parametrize(
    "notebook", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}"
)
every_stage = pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.path)
every_stage_at_home = pytest.mark.parametrize("stage", AT_HOME, ids=lambda stage: stage.path)


def code_of(notebook: Path, *, without_parameters: bool = False) -> list[str]:
    cells = [cell for cell in read_cells(notebook) if cell["cell_type"] == "code"]
    if without_parameters:
        cells = [cell for cell in cells if PARAMETERS not in cell_tags(cell)]
    # Magics are not Python.
    return [
        "\n".join(line for line in cell["source"].splitlines() if not line.startswith(("%", "!")))
        for cell in cells
    ]


def names_read(source: str) -> set[str]:
    nodes = ast.walk(ast.parse(source))
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


@every_notebook
def test_its_outputs_are_stripped(notebook):
    for cell in read_cells(notebook):
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@every_notebook
def test_it_starts_with_a_title_and_what_it_is_about(notebook):
    first = read_cells(notebook)[0]
    title, _, about = first["source"].partition("\n")
    assert first["cell_type"] == "markdown"
    assert title.startswith("# ")
    assert about.strip()


@every_notebook
def test_it_has_one_parameters_cell_of_plain_assignments(notebook):
    tagged = [cell for cell in read_cells(notebook) if PARAMETERS in cell_tags(cell)]
    assert len(tagged) == 1
    statements = ast.parse(tagged[0]["source"]).body
    assert all(isinstance(statement, ast.Assign) for statement in statements)
    assert len(declared_parameters(notebook)) == len(statements)


@every_notebook
def test_every_parameter_is_read(notebook):
    read = names_read("\n".join(code_of(notebook, without_parameters=True)))
    assert declared_parameters(notebook).keys() - read == set()


@every_notebook
def test_it_is_short_and_defines_nothing(notebook):
    source = "\n".join(code_of(notebook, without_parameters=True))
    lines = [line for line in source.splitlines() if line.strip() and not line.startswith("#")]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    defined = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    assert len(lines) <= MOST_CODE_LINES
    assert defined == []


@every_notebook
def test_it_asks_for_the_kernel_that_every_jupyter_has(notebook):
    content = json.loads(notebook.read_text())
    assert content["metadata"]["kernelspec"]["name"] == "python3"
    assert (content["nbformat"], content["nbformat_minor"]) >= (4, 5)
    ids = [cell["id"] for cell in content["cells"]]
    assert len(set(ids)) == len(ids)


def test_every_notebook_of_a_pipeline_is_one_of_its_stages():
    of_pipelines = [path for path in NOTEBOOKS if path.parent.name in PIPELINES]
    assert sorted(stage.notebook for stage in AT_HOME) == [
        project_root() / path.relative_to(ROOT) for path in of_pipelines
    ]


@every_stage
def test_a_stage_is_one_word_in_four_places(stage):
    assert (ROOT / "src" / stage.package / f"{stage.name}.py").exists()
    assert stage.params_file.exists()
    assert stage.notebook.exists()
    assert (ROOT / "tests" / stage.package / f"test_{stage.name}.py").exists()


@every_stage
def test_notebook_yaml_and_model_name_the_same_parameters(stage):
    declared = list(declared_parameters(stage.notebook))
    in_yaml = list(read_yaml(stage.params_file))
    assert declared[0] == "execution_id"
    assert declared[1:] == in_yaml
    assert set(in_yaml) == set(stage.params_model.model_fields)


def test_a_stage_with_a_notebook_of_another_pipeline_takes_that_of_its_own_name():
    by_notebook = {stage.notebook: stage for stage in AT_HOME}
    guests = [stage for stage in STAGES if stage.at]
    assert guests
    for guest in guests:
        host = by_notebook[guest.notebook]
        assert (guest.name, guest.package) == (host.name, host.package)


@every_stage_at_home
def test_defaults_of_the_notebook_are_those_of_the_yaml(stage):
    defaults = declared_parameters(stage.notebook)
    assert defaults.pop("execution_id") == "interactive"
    assert defaults == read_yaml(stage.params_file)


@every_stage
def test_what_the_plan_gives_is_what_the_notebook_takes(stage):
    given = as_planned(stage)
    for name, default in declared_parameters(stage.notebook).items():
        if name in given and default is not None and given[name] is not None:
            same_kind = (int, float) if isinstance(default, int | float) else (type(default),)
            assert isinstance(given[name], same_kind), name


def as_planned(stage: Stage) -> dict[str, Any]:
    return stage.params_model.from_yaml(stage.params_file).model_dump(mode="json")
