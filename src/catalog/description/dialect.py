"""Dialect: encoding, delimiter, quote and notation of numbers of a raw file, from its content."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from catalog.description.guess import Guess
from catalog.reading.connection import run_query
from catalog.reading.file_kind import FileKind
from catalog.reading.plain_file import Dialect, PlainFile, open_plain
from catalog.reading.sql import sql_text
from catalog.reading.text_encoding import BYTE_ORDER_MARKS, UTF8
from foundation.errors import InvalidData
from fraud.data.formats import NAMED_DELIMITERS, FileFormat

SAMPLED_BYTES = 1 << 20
FALLBACK = "cp1252"  # what Windows writes in western Europe; each of its bytes is some character
CURRENCIES = ("$", "€", "£", "¥", "₹", "USD", "EUR", "GBP", "CHF", "PLN", "kr")
MARKS = frozenset(
    {"?", "-", "--", ".", "none", "n/a", "na", "#n/a", "missing", "unknown", "\\n", "nil", "(null)",
     "undefined", "nan", "null", "-999", "-9999"}
)  # fmt: skip
DIGITS = r"\d+"
NOTATIONS = {
    # decimal and thousands of a number, by its form
    (",", "."): re.compile(r"[-+]?\d{1,3}(\.\d{3})+,\d+"),
    (",", " "): re.compile(r"[-+]?\d{1,3}([ \u00a0\u202f]\d{3})+,\d+"),
    (".", ","): re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?"),
    (".", " "): re.compile(r"[-+]?\d{1,3}( \d{3})+(\.\d+)?"),
    (".", "'"): re.compile(r"[-+]?\d{1,3}('\d{3})+(\.\d+)?"),
    (",", ""): re.compile(r"[-+]?\d+,\d+"),
}
PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")


def open_undescribed(path: Path, folder: Path) -> tuple[PlainFile, list[Guess]]:
    """Open a file whose encoding nobody has named; the guess is there where it is not UTF-8."""
    with path.open("rb") as file:
        head = file.read(4)
    plain = open_plain(path, folder)
    if plain.kind is FileKind.PARQUET or any(map(head.startswith, BYTE_ORDER_MARKS)):
        return plain, []
    if all(map(_is_utf8, plain.parts)):
        return plain, []
    reason = "bytes that are not UTF-8; look at the letters with accents, it may be another one"
    return open_plain(path, folder, dialect=Dialect(FALLBACK)), [
        Guess("encoding", FALLBACK, reason)
    ]


def _is_utf8(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(SAMPLED_BYTES)
    try:
        head.decode(UTF8)
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 4 and len(head) == SAMPLED_BYTES  # cut inside a letter
    return True


def csv_dialect(plain: PlainFile, name: str) -> list[Guess]:
    """Return the delimiter and the quote of a CSV file where they are not the usual ones.

    Raises:
        InvalidData: The file is no table with a header.
    """
    query = (
        f"SELECT Delimiter, Quote FROM sniff_csv({sql_text(str(plain.parts[0]))}, "
        "all_varchar=true, header=true, sample_size=20480, compression='none')"
    )
    try:
        ((delimiter, quote),) = run_query(query, name)
    except (InvalidData, ValueError) as error:
        message = (
            f"{name} is no table that can be recognised: a header, and rows of as many fields. "
            f"({error})"
        )
        raise InvalidData(message) from error
    guesses = []
    if delimiter not in (",", "(empty)"):
        names = {mark: label for label, mark in NAMED_DELIMITERS.items()}
        shown = names.get(str(delimiter), str(delimiter))
        guesses.append(Guess("delimiter", shown, "it divides the lines into equally many fields"))
    if quote not in ('"', "(empty)"):
        guesses.append(Guess("quote", str(quote), "it encloses cells"))
    return guesses


def number_notation(columns: Iterable[list[str]], delimiter: str) -> list[Guess]:
    """Return decimal, thousands and currency, from the cells of columns that look like numbers."""
    forms: Counter[tuple[str, str]] = Counter()
    marks: Counter[str] = Counter()
    examples: dict[object, str] = {}
    for cells in columns:
        currency = _currency(cells)
        bare = [_without(cell, currency) for cell in cells]
        form = _form(bare, delimiter)
        if currency and (form is not None or all(map(PLAIN.fullmatch, bare))):
            marks[currency] += 1
            examples.setdefault(currency, cells[0])
        if form is not None:
            forms[form] += 1
            shown = next(cell for cell, one in zip(cells, bare, strict=True) if _is(form, one))
            examples.setdefault(form, shown)
    guesses = []
    if marks:
        ((currency, _),) = marks.most_common(1)
        guesses.append(Guess("currency", currency, f"as in {examples[currency]}"))
    if forms:
        (((decimal, thousands), _),) = forms.most_common(1)
        reason = f"as in {examples[decimal, thousands]}"
        guesses += [Guess("decimal", decimal, reason)] if decimal != "." else []
        guesses += [Guess("thousands", thousands, reason)] if thousands else []
    return guesses


def missing_marks(cells: list[str], form: FileFormat) -> list[str]:
    """Return marks of missing numbers, where all other cells of a column are numbers."""
    strangers = Counter(cell for cell in cells if not is_number(cell, form))
    known = [cell for cell in strangers if cell.lower() in MARKS]
    is_column = len(strangers) <= 2 and sum(strangers.values()) < len(cells) * 0.9
    return sorted(known) if known and is_column and len(known) == len(strangers) else []


def is_number(cell: str, form: FileFormat) -> bool:
    """Return whether a trimmed cell is a number in the notation of the file."""
    bare = _without(cell, form.currency).replace(form.thousands or "\0", "")
    return PLAIN.fullmatch(bare.replace(form.decimal, ".")) is not None


def _currency(cells: list[str]) -> str:
    for mark in CURRENCIES:
        if all(
            cell.startswith(mark) or cell.endswith(mark) or f"-{mark}" in cell for cell in cells
        ):
            return mark
    return ""


def _without(cell: str, currency: str) -> str:
    return cell.replace(currency, "", 1).strip() if currency else cell


def _form(cells: list[str], delimiter: str) -> tuple[str, str] | None:
    """Return the notation of a column of numbers; None where the plain one will do."""
    if not cells or all(map(PLAIN.fullmatch, cells)):
        return None
    for form, pattern in NOTATIONS.items():
        fits = [pattern.fullmatch(cell) is not None for cell in cells]
        others = [cell for cell, one in zip(cells, fits, strict=True) if not one]
        whole = re.compile(r"[-+]?\d+") if form[0] == "," else PLAIN
        if any(fits) and all(map(whole.fullmatch, others)) and form[0] != delimiter:
            if form == (",", "") and (".", ",") in NOTATIONS and _are_thousands(cells):
                return (".", ",")
            return form
    mixed = re.compile(r"[-+]?(\d{1,3}(\.\d{3})+|\d+),\d+|[-+]?\d+")
    return (",", ".") if all(map(mixed.fullmatch, cells)) else None


def _are_thousands(cells: list[str]) -> bool:
    with_comma = [cell for cell in cells if "," in cell]
    return all(re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+", cell) for cell in with_comma)


def _is(form: tuple[str, str], cell: str) -> bool:
    return NOTATIONS[form].fullmatch(cell) is not None
