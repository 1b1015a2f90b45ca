"""Tables: a data frame as HTML for people, in a notebook."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING, Any

from fraud.metrics.names import column_name

if TYPE_CHECKING:
    import polars as pl

# A value and its interval: the interval is below the value, so that columns stay narrow.
INTERVAL = re.compile(r"(?P<value>[+-]?[\d.]+) (?P<interval>\([+-]?[\d.]+(?:–| to )[+-]?[\d.]+\))")
CELL = "padding:4px 10px;vertical-align:top;text-align:{side};max-width:30em;overflow-wrap:anywhere"
FAINT = "opacity:0.65;font-size:88%;white-space:nowrap"


@dataclass(frozen=True)
class ReadableTable:
    """A table as text without quotes and types; numbers and intervals to the right."""

    frame: "pl.DataFrame"

    def _repr_html_(self) -> str:
        sides = [_side(self.frame, name) for name in self.frame.columns]
        head = _row("th", [escape(column_name(name)) for name in self.frame.columns], sides)
        rows = [
            _row("td", [_cell(value) for value in row], sides) for row in self.frame.iter_rows()
        ]
        body = "\n".join(rows) or f'<tr><td colspan="{len(sides)}">none</td></tr>'
        return f"<table>\n<thead>{head}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"

    def __repr__(self) -> str:
        return str(self.frame)


def readable(frame: "pl.DataFrame") -> ReadableTable:
    """Wrap a data frame for `display`."""
    return ReadableTable(filled(frame))


def filled(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Leave out the columns of a data frame that hold nothing, or empty texts, in every row.

    A frame without rows keeps all of its columns, and so does one that is empty everywhere.
    """
    some = [each.name for each in frame if any(value not in (None, "") for value in each)]
    return frame.select(some) if some else frame


def _side(frame: "pl.DataFrame", name: str) -> str:
    column = frame[name]
    if column.dtype.is_numeric():
        return "right"
    texts = [text for text in column.cast(str) if text]
    return "right" if texts and all(INTERVAL.fullmatch(text) for text in texts) else "left"


def _row(tag: str, cells: list[str], sides: list[str]) -> str:
    styled = (
        f'<{tag} style="{CELL.format(side=side)}">{cell}</{tag}>'
        for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(styled)}</tr>"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="seconds")
    text = str(value)
    if found := INTERVAL.fullmatch(text):
        return f'{found["value"]}<br><span style="{FAINT}">{found["interval"]}</span>'
    return escape(text)
