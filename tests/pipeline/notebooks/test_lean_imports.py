"""Hidden modules cannot be imported inside the block, and can be after it."""

import sys

import pytest

from pipeline.notebooks.lean_imports import hide_modules


def test_a_module_is_hidden_for_the_length_of_the_block(monkeypatch):
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with hide_modules("this"), pytest.raises(ImportError):
        import this  # noqa: F401
    assert "this" not in sys.modules


def test_a_module_that_is_loaded_already_stays():
    with hide_modules("json"):
        import json
    assert sys.modules["json"] is json


def test_modules_come_back_after_an_error(monkeypatch):
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with pytest.raises(RuntimeError), hide_modules("this"):
        raise RuntimeError
    assert "this" not in sys.modules
