"""CSV lines: how the lines of a raw file become fields, and fields become numbers and texts.

A line is a row. Where every column is a number, quotes mean nothing. Where one holds text, quotes
are those of RFC 4180: they may enclose a comma, and stand doubled for themselves.
"""

import csv
from collections.abc import Sequence

import polars as pl

from fraud.data.spec import DataSpec

BEYOND = "(beyond the last column)"
MISSING_NUMBERS = ("", "na", "nan", "null")  # in any case; what R, NumPy and databases write
SEPARATOR = "\x1f"  # between fields that were unquoted already; a line that holds it is torn
REPLACED = "\ufffd"  # stands where bytes were no UTF-8


def whole_table(text: bytes, columns: Sequence[str], spec: DataSpec) -> pl.DataFrame | None:
    """Return the table where every field parses as its column demands; None where one may not."""
    # Where the file is cut off behind an opening quote, polars panics.
    if text.endswith(b'"') or (spec.texts and text.count(b'"') % 2):
        return None
    try:
        # As strict as can be: a field that is no number, or one too many, is an error here.
        table = pl.read_csv(text, has_header=False, schema=_schema(columns, spec))
    except pl.exceptions.PolarsError:
        return None
    # Quotes around a line end join two rows.
    is_torn = bool(spec.texts) and table.height != text.count(b"\n") + (not text.endswith(b"\n"))
    return None if is_torn else table.with_columns(_missing_numbers(spec))


def field_table(text: bytes, columns: Sequence[str], spec: DataSpec) -> pl.DataFrame:
    """Return one row a line, with null where a field is empty or no number."""
    table = pl.read_csv(
        _separated(text, spec) if spec.texts else _readable(text),
        has_header=False,
        separator=SEPARATOR if spec.texts else ",",
        quote_char=None if spec.texts else '"',
        schema={**_schema(columns, spec), BEYOND: pl.String},
        ignore_errors=True,
        missing_columns="insert",
        extra_columns="ignore",
        truncate_ragged_lines=True,
    )
    return table.with_columns(_missing_numbers(spec))


def lines_of(text: bytes, spec: DataSpec) -> list[str]:
    """Split a block into rows, as they are shown to people."""
    # A stray quote can swallow the lines after it. Without any, what ends a line ends a row.
    plain = text.removesuffix(b"\n")
    plain = plain if spec.texts else plain.replace(b'"', b"")
    return plain.decode(errors="replace").split("\n")


def fields_of(line: str, spec: DataSpec) -> list[str] | None:
    """Split a row into fields; None where quotes do not match, or it holds a control character."""
    if SEPARATOR in line:
        return None
    if not spec.texts or '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error:
        return None


def _schema(columns: Sequence[str], spec: DataSpec) -> dict[str, type[pl.DataType]]:
    as_text = {*spec.texts, *spec.missing}
    return {name: pl.String if name in as_text else pl.Float64 for name in columns}


def _missing_numbers(spec: DataSpec) -> list[pl.Expr]:
    """Read the columns that may miss a number: null is a missing one, NaN what is no number."""
    numbers = []
    for name in spec.missing:
        text = pl.col(name).str.strip_chars()
        number = text.cast(pl.Float64, strict=False).fill_null(float("nan"))
        is_there = ~text.str.to_lowercase().is_in(MISSING_NUMBERS)
        numbers.append(pl.when(is_there).then(number).alias(name))
    return numbers


def _readable(text: bytes) -> bytes:
    plain = text.removesuffix(b"\n").replace(b'"', b"") + b"\n"
    return plain if plain.isascii() else plain.decode(errors="replace").encode()


def _separated(text: bytes, spec: DataSpec) -> bytes:
    torn = ["", ""]  # no number in it, so never good
    rows = (fields_of(line, spec) or torn for line in lines_of(text, spec))
    return "".join(SEPARATOR.join(row) + "\n" for row in rows).encode()
