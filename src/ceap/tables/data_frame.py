"""Data frame tables: every row and column of a data frame, on a terminal of any width."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table

from fraud.metrics.names import column_name
from plots.layout.tables import filled

if TYPE_CHECKING:
    import polars as pl

LONGEST = 24  # characters of a cell before its text is folded
BETWEEN = 3  # characters of a column besides its content: a line and two spaces


@dataclass(frozen=True)
class TerminalTable:
    """Every row and column of a data frame; numbers to the right, cells folded rather than cut.

    A column that is empty in every row is not drawn. Where the terminal is too narrow, the rest is
    several tables below each other. Each of these begins with the columns that name the subject of
    a row: those up to the first text.
    """

    frame: "pl.DataFrame"
    title: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        title = self.title
        shown = TerminalTable(filled(self.frame))
        for columns in shown._parts(options.max_width):
            yield _table(shown.frame.select(columns), title)
            title = ""

    def _parts(self, width: int) -> Iterator[list[str]]:
        names = self.frame.columns
        subject = names[: self._first_text + 1]
        part, used = list(subject), 1 + sum(map(self._width, subject))
        for name in names[len(subject) :]:
            if len(part) > len(subject) and used + self._width(name) > width:
                yield part
                part, used = list(subject), 1 + sum(map(self._width, subject))
            part.append(name)
            used += self._width(name)
        yield part

    @property
    def _first_text(self) -> int:
        kinds = self.frame.schema.dtypes()
        return next((number for number, kind in enumerate(kinds) if not kind.is_numeric()), 0)

    def _width(self, name: str) -> int:
        """Return the characters that a column needs, separator included."""
        cells = (_shown(value) for value in self.frame[name].to_list())
        return BETWEEN + min(LONGEST, max(map(len, (column_name(name), *cells))))


def _table(frame: "pl.DataFrame", title: str) -> Table:
    table = Table(title=title or None, title_justify="left")
    for name, kind in frame.schema.items():
        side: Literal["left", "right"] = "right" if kind.is_numeric() else "left"
        table.add_column(column_name(name), justify=side, overflow="fold")
    for row in frame.iter_rows():
        table.add_row(*map(_shown, row))
    return table


def _shown(value: object) -> str:
    return "" if value is None else str(value)
