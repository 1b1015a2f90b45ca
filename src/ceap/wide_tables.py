"""Wide tables: `--wide`, which prints a table in lines of any length, every column in them."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ceap.tables.fitted import FittedTable

Wide = Annotated[
    bool, typer.Option("--wide", help="Every column, in lines longer than the terminal.")
]


def print_table(table: "FittedTable", *, wide: bool) -> None:
    """Print a table in the width of the terminal, or in the width that it needs."""
    from rich.console import Console

    console = Console()
    if wide:
        console = Console(width=max(console.width, table.natural_width))
    console.print(table)
