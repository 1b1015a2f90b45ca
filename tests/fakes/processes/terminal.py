"""A terminal in memory: what rich would print on one of a given width."""

import io

from rich.console import Console, RenderableType
from typer import Typer
from typer.testing import CliRunner


def capturing_console(width: int = 220) -> Console:
    """Return a console whose `export_text` has what was printed on it."""
    return Console(width=width, file=io.StringIO(), record=True)


def printed(*parts: RenderableType, width: int = 220) -> str:
    """Print `parts` as commands do; texts are not wrapped, so that they can be copied."""
    console = capturing_console(width)
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, str), highlight=False)
    return console.export_text()


def run_in_terminal(app: Typer, *words: str, width: int = 200) -> str:
    """Run a command as a terminal of this width does; raise what it refuses, return its output."""
    environment = {"COLUMNS": str(width)}
    result = CliRunner().invoke(app, list(words), env=environment, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output
