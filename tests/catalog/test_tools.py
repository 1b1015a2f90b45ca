"""A tool is run to its end, watched while it fills its folder, and killed with the wait for it."""

import os
import sys

import psutil
import pytest

from catalog.tools import run_tool


def test_a_tool_is_watched_while_it_fills_its_folder(tmp_path):
    script = (
        "import pathlib, sys, tempfile, time;"
        "pathlib.Path(tempfile.gettempdir(), 'part').write_bytes(b'x' * 5000);"
        "time.sleep(0.6); print('said', file=sys.stderr); sys.exit(3)"
    )
    seen: list[int] = []
    result = run_tool([sys.executable, "-c", script], tmp_path, seen.append)
    assert result.code == 3
    assert "said" in result.output
    assert max(seen) >= 5000


def test_a_tool_dies_with_the_wait_for_it(tmp_path):
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_tool([sys.executable, "-c", "import time; time.sleep(3600)"], tmp_path, interrupt)
    children = psutil.Process(os.getpid()).children()
    assert not any("time.sleep(3600)" in " ".join(child.cmdline()) for child in children)
