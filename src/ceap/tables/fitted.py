"""Fitted table: rows of texts that are whole on a terminal of any width: wrapped, never cut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Self

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

BETWEEN = 2  # characters from one column to the next
PART = 12  # characters of a name that may be broken into lines


@dataclass(frozen=True)
class Field:
    """A column.

    Its cells stay on one line (`on_one_line`), or are wrapped between words, or anywhere
    (`may_break`). A column that `may_go` is left out where the terminal is too narrow for all.
    """

    name: str
    justify: Literal["left", "right"] = "left"
    on_one_line: bool = False
    may_break: bool = False
    may_go: bool = False


@dataclass
class FittedTable:
    """A table that fits the terminal: its cells are wrapped, its less important columns left out.

    A column that is empty in every row is not drawn. What is left out for want of room is named
    below the table. Where even the other columns are too wide, each row
    is a list of `name  value` below its first cell. No cell is cut, at any width.
    """

    fields: Sequence[Field]
    title: str = ""
    rows: list[tuple[str, ...]] = field(default_factory=list)

    @classmethod
    def of(cls, *fields: str | Field, title: str = "") -> Self:
        """Return an empty table; a text is the name of a column that is wrapped between words."""
        return cls([each if isinstance(each, Field) else Field(each) for each in fields], title)

    def add_row(self, *cells: str) -> None:
        """Add a row of texts in the markup of rich; cells that are not given are empty."""
        self.rows.append((*cells, *("" for _ in self.fields[len(cells) :])))

    @property
    def natural_width(self) -> int:
        """The characters of a line in which no cell is wrapped."""
        shown = self._filled()
        return sum(map(self._natural, shown)) + self._gaps(len(shown))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        filled = self._filled()
        shown = list(filled)
        can_go = [column for column in shown if self.fields[column].may_go]
        while (widths := self._widths(shown, options.max_width)) is None and can_go:
            shown.remove(can_go.pop())
        if widths is None:
            yield from self._lists()
            return
        yield self._table(shown, widths)
        if left_out := [self.fields[n].name for n in filled if n not in shown]:
            yield Text(f"Too narrow for: {', '.join(left_out)} (--wide shows all)", style="dim")

    def _filled(self) -> list[int]:
        """Return the columns that some row has a text in; all of them where there are no rows."""
        return [
            column
            for column in range(len(self.fields))
            if column == 0 or not self.rows or any(_plain(row[column]) for row in self.rows)
        ]

    def _widths(self, shown: Sequence[int], available: int) -> list[int] | None:
        natural, room = [*map(self._natural, shown)], available - self._gaps(len(shown))
        whole_words = fitting_widths(natural, [*map(self._longest_word, shown)], room)
        return whole_words or fitting_widths(natural, [*map(self._least, shown)], room)

    def _gaps(self, columns: int) -> int:
        return BETWEEN * (columns - 1)

    def _natural(self, column: int) -> int:
        return max(map(cell_len, self._lines(column)), default=0)

    def _longest_word(self, column: int) -> int:
        if self.fields[column].on_one_line:
            return self._natural(column)
        words = (word for line in self._lines(column) for word in line.split())
        return max(map(cell_len, words), default=0)

    def _least(self, column: int) -> int:
        longest = self._longest_word(column)
        return min(longest, PART) if self.fields[column].may_break else longest

    def _lines(self, column: int) -> Iterator[str]:
        yield self.fields[column].name
        for row in self.rows:
            yield from Text.from_markup(row[column]).plain.split("\n")

    def _table(self, shown: Sequence[int], widths: Sequence[int]) -> Table:
        table = Table(
            box=box.SIMPLE_HEAD, show_edge=False, padding=(0, BETWEEN - 1, 0, 0), pad_edge=False,
            title=self.title or None, title_justify="left",
        )  # fmt: skip
        for column, width in zip(shown, widths, strict=True):
            each = self.fields[column]
            table.add_column(each.name, justify=each.justify, width=width, overflow="fold")
        for row in self.rows:
            table.add_row(*(row[column] for column in shown))
        return table

    def _lists(self) -> Iterator[Text | Table]:
        if self.title:
            yield Text(self.title, style="table.title")
        for row in self.rows:
            yield Text.from_markup(f"[bold]{row[0]}[/]", overflow="fold")
            values = Table.grid(padding=(0, 2), pad_edge=True)
            values.add_column(style="dim", no_wrap=True)
            values.add_column(overflow="fold")
            for each, cell in zip(self.fields[1:], row[1:], strict=True):
                if _plain(cell):
                    values.add_row(each.name, cell)
            yield values


def _plain(cell: str) -> str:
    return Text.from_markup(cell).plain.strip()


def fitting_widths(
    natural: Sequence[int], least: Sequence[int], available: int
) -> list[int] | None:
    """Return a width for each column, of `available` characters in all; None where none fit.

    What is left beyond the least widths goes to the columns that lack most.
    """
    widths, spare = list(least), available - sum(least)
    if spare < 0:
        return None
    for _ in range(min(spare, sum(natural) - sum(least))):
        neediest = max(range(len(widths)), key=lambda column: natural[column] - widths[column])
        widths[neediest] += 1
    return widths
