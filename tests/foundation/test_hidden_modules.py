"""A hidden module cannot be imported while it is hidden, and is as it was before and after."""

import importlib
import sys

import pytest

from foundation.hidden_modules import hide_modules

RARE = "this"  # the Zen of Python: nothing else imports it


@pytest.fixture(autouse=True)
def _never_loaded(monkeypatch):
    monkeypatch.delitem(sys.modules, RARE, raising=False)


def test_a_module_is_absent_inside_the_block_and_importable_after_it(capsys):
    with hide_modules(RARE), pytest.raises(ModuleNotFoundError):
        importlib.import_module(RARE)
    assert importlib.import_module(RARE) is sys.modules[RARE]
    assert "Zen" in capsys.readouterr().out


def test_a_module_that_is_loaded_already_stays():
    with hide_modules("json"):
        assert importlib.import_module("json") is sys.modules["json"]
    assert sys.modules["json"] is not None


def test_an_error_inside_the_block_hides_nothing_for_good():
    with pytest.raises(KeyError), hide_modules(RARE):
        raise KeyError
    assert RARE not in sys.modules
