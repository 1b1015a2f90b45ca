"""Fixtures of the pipelines: a limit that is short on this machine."""

import math

import pytest

from fakes.tiny.notebooks import run_cells


@pytest.fixture(scope="session")
def short_limit(tmp_path_factory: pytest.TempPathFactory) -> int:
    """Whole seconds in which a kernel starts and reaches any cell, however slow this machine is."""
    executed = run_cells(tmp_path_factory.mktemp("kernel"), "count")
    return math.ceil(3 * executed.record.seconds)
