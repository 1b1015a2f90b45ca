"""Lean imports: each module that is hidden would be loaded, and each library works without it."""

import sys

import pytest

from fakes.processes.imports import loaded_with
from fraud.algorithms.lean_imports import UNUSED_BY

FIT = """
import sys; sys.path[:] = {path}
from fakes.data.labelled_rows import QUICK, fake_rows
from fraud.algorithms.lean_imports import import_lean
from fraud.model.fraud_model import FraudModel, fit

import_lean(["{library}"])
rows = fake_rows(1, 300)
model = fit("{algorithm}", QUICK["{algorithm}"], rows, rows, seed=1)
assert (FraudModel.from_files(model.to_files()).scores(rows.rows) == model.scores(rows.rows)).all()
"""
ALGORITHM = {"xgboost": "xgboost", "lightgbm": "lightgbm", "sklearn": "logistic_regression"}


@pytest.mark.parametrize("library", UNUSED_BY)
def test_what_is_hidden_from_a_library_it_would_import(library):
    not_imported = set(UNUSED_BY[library]) - loaded_with(f"import {library}", UNUSED_BY[library])
    assert not not_imported, (
        f"{library} no longer imports {not_imported}: remove them from "
        "fraud.algorithms.lean_imports, UNUSED_BY"
    )


@pytest.mark.parametrize("library", UNUSED_BY)
def test_a_model_is_fitted_saved_and_loaded_without_what_is_hidden(library):
    statement = FIT.format(path=sys.path, library=library, algorithm=ALGORITHM[library])
    assert loaded_with(statement, [library, *UNUSED_BY[library]]) == {library}
