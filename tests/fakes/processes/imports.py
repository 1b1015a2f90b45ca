"""What a fresh Python loads when it imports a module."""

import subprocess
import sys
from collections.abc import Iterable

LOADED = "import sys; print(*(name for name in sys.argv[1:] if name in sys.modules))"


def loaded_with(statement: str, names: Iterable[str]) -> set[str]:
    """Which of the modules `names` are in memory after a statement, in a Python of its own."""
    command = [sys.executable, "-W", "ignore", "-c", f"{statement}\n{LOADED}", *names]
    answer = subprocess.run(command, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return set(answer.stdout.split())
