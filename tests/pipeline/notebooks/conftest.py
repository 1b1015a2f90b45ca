"""Fixtures of the notebook runner."""

from functools import partial
from pathlib import Path

import pytest

from fakes.tiny.notebooks import run_cells


@pytest.fixture
def run(tmp_path: Path):
    """Run a notebook of the given cells over a real kernel, which costs about a second."""
    return partial(run_cells, tmp_path)
