"""Text cells: what is left of a text without the whitespace around it, the same everywhere.

A text that was trimmed in training and is not in production is another category. So every reader of
texts (raw file, daily batch, endpoint) trims with this module, and with nothing else.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

# All that Unicode or Python call whitespace, and the byte order mark. It is written out because
# Python, polars and DuckDB differ in what they strip by default.
WHITESPACE = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
)


def trimmed(text: str) -> str:
    """Return the text without the WHITESPACE at both ends; an empty one is a missing value.

    >>> trimmed(" on line ")
    'on line'
    """
    return text.strip(WHITESPACE)


def trimmed_cells(cells: "pl.Expr") -> "pl.Expr":
    """Return an expression that trims each text of a column as `trimmed` does; null stays null."""
    return cells.str.strip_chars(WHITESPACE)
