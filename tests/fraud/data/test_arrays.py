"""One name per kind of array, in a module that anything may import."""

import ast
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fraud.data import arrays

SOURCE = Path(arrays.__file__)
ALIAS = re.compile(r"^\w+ = (?:npt\.)?NDArray\[", re.MULTILINE)


def test_it_imports_numpy_and_nothing_else() -> None:
    imported = [node for node in ast.walk(ast.parse(SOURCE.read_text())) if _is_import(node)]
    modules = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imported
    }
    assert modules == {"numpy", "numpy.typing"}


def test_no_other_module_names_an_array_type() -> None:
    others = [path for path in SOURCE.parents[2].rglob("*.py") if path != SOURCE]
    assert [str(path) for path in others if ALIAS.search(path.read_text())] == []


def test_labels_are_bytes_and_what_models_take_and_give_is_of_double_precision() -> None:
    assert arrays.Labels == NDArray[np.int8]
    assert {arrays.Matrix, arrays.Scores} == {NDArray[np.float64]}


def _is_import(node: ast.AST) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)
