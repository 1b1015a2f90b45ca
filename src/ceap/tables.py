"""Tables: what a data frame says, on a terminal."""

from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    import polars as pl


def terminal_table(frame: "pl.DataFrame", title: str = "") -> Table:
    """Show every row and column; numbers to the right, cells folded rather than cut."""
    table = Table(title=title or None, title_justify="left")
    for name, kind in frame.schema.items():
        table.add_column(name, justify="right" if kind.is_numeric() else "left", overflow="fold")
    for row in frame.iter_rows():
        table.add_row(*("" if value is None else str(value) for value in row))
    return table
