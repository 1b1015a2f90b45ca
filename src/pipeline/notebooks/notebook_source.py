"""Notebook source: the cells of a notebook file, and the parameters that it declares."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from foundation.errors import InvalidParams
from foundation.params import did_you_mean

PARAMETERS, INJECTED = "parameters", "injected-parameters"
TITLE_LENGTH = 60
UNKNOWN = object()  # a default that is computed: its type is known only to the kernel


@dataclass(frozen=True)
class SourceCell:
    """A code cell by its id, with the title under which people know it."""

    id: str
    title: str


def read_cells(notebook: Path) -> list[dict[str, Any]]:
    """Read the cells, each with its source as one string; InvalidParams for any other file."""
    try:
        content = json.loads(notebook.read_text())
        cells = [{**cell, "source": "".join(cell["source"])} for cell in content["cells"]]
    except FileNotFoundError:
        raise InvalidParams(str(notebook), ["there is no such notebook"]) from None
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        problem = f"it is not a notebook of format 4: {type(error).__name__}: {error}"
        raise InvalidParams(str(notebook), [problem]) from None
    return cells


def code_cells(notebook: Path, *, injects_parameters: bool) -> list[SourceCell]:
    """List the cells that a kernel will execute, in order, with their titles.

    `injects_parameters` adds the cell that papermill will insert.
    """
    listed: list[SourceCell] = []
    heading = ""
    cells = read_cells(notebook)
    injects_parameters &= not any(INJECTED in cell_tags(cell) for cell in cells)
    for index, cell in enumerate(cells):
        if cell["cell_type"] == "markdown":
            heading = _last_heading(cell["source"]) or heading
        elif cell["cell_type"] == "code" and cell["source"].strip():
            title = "Parameters" if PARAMETERS in cell_tags(cell) else heading or _first_line(cell)
            listed.append(SourceCell(cell.get("id") or f"cell-{index}", title))
            if injects_parameters and PARAMETERS in cell_tags(cell):
                listed.append(SourceCell(INJECTED, "Parameters given"))
                injects_parameters = False
            heading = ""
    return listed


def declared_parameters(notebook: Path) -> dict[str, Any]:
    """Return the assignments of the cell tagged `parameters`: name → default.

    Papermill's own inspector drops annotated assignments and misreads strings with an equals sign.
    """
    cell = next((cell for cell in read_cells(notebook) if PARAMETERS in cell_tags(cell)), None)
    if cell is None:
        return {}
    try:
        statements = ast.parse(cell["source"]).body
    except SyntaxError as error:
        problem = f"its parameters cell is not Python: {error}"
        raise InvalidParams(str(notebook), [problem]) from None
    return dict(pair for statement in statements for pair in _assigned(statement))


def check_parameters(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Raise InvalidParams for undeclared parameters, or those of another type than their default.

    The error lists all of them at once.
    """
    declared = declared_parameters(notebook)
    if parameters and not declared:
        problem = "it has no cell tagged `parameters`, so it cannot be given any"
        raise InvalidParams(str(notebook), [problem])
    unknown = [
        f"{name}: no such parameter; {did_you_mean(name, set(declared))}"
        for name in parameters
        if name not in declared
    ]
    mistyped = [
        f"{name}: {value!r} is {type(value).__name__}, its default {declared[name]!r} is "
        f"{type(declared[name]).__name__}"
        for name, value in parameters.items()
        if name in declared and not _fits(value, declared[name])
    ]
    if unknown or mistyped:
        raise InvalidParams(str(notebook), unknown + mistyped)


def cell_tags(cell: Mapping[str, Any]) -> list[str]:
    """Return the tags of a cell; empty when it has none."""
    found: list[str] = cell.get("metadata", {}).get("tags", [])
    return found


def _assigned(statement: ast.stmt) -> list[tuple[str, Any]]:
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return []
    return [(t.id, _literal(statement.value)) for t in targets if isinstance(t, ast.Name)]


def _literal(value: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(value) if value is not None else UNKNOWN
    except ValueError:
        return UNKNOWN


def _fits(value: Any, default: Any) -> bool:
    if default is UNKNOWN or default is None or value is None:
        return True  # the stage's own model decides whether None is allowed
    if isinstance(value, bool) or isinstance(default, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, float):
        return isinstance(value, int | float)
    if isinstance(default, int) and isinstance(value, float):
        return value.is_integer()
    if isinstance(default, list | tuple):
        return isinstance(value, list | tuple)
    return isinstance(value, type(default))


def _last_heading(markdown: str) -> str:
    headings = [line.lstrip("#").strip() for line in markdown.splitlines() if line.startswith("#")]
    return headings[-1][:TITLE_LENGTH] if headings else ""


def _first_line(cell: Mapping[str, Any]) -> str:
    line = next(line for line in cell["source"].splitlines() if line.strip())
    return str(line).lstrip("# ").strip()[:TITLE_LENGTH]
