"""A terminal in memory: what rich would print on one of a given width."""

import io

from rich.console import Console, RenderableType


def printed(*parts: RenderableType, width: int = 220) -> str:
    """Print `parts` as commands do; texts are not wrapped, so that they can be copied."""
    console = Console(width=width, file=io.StringIO(), record=True)
    for part in parts:
        console.print(part, soft_wrap=isinstance(part, str), highlight=False)
    return console.export_text()
