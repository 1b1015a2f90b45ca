"""Cell values: the number, text, label or time that each cell of a raw file stands for.

Every function returns a polars expression over one column of cells. A missing cell becomes null;
a cell that cannot be read becomes NaN, and nothing else does.
"""

import re
from collections.abc import Iterable

import polars as pl

from fraud.data.formats import ISO, SECONDS, FileFormat, LabelFormat, TimeFormat, has_clock
from fraud.data.text_cells import trimmed_cells

MISSING_NUMBERS = frozenset({"", "na", "nan", "null"})  # in any case; of R, NumPy and databases
ISO_PATTERNS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M")
OFFSET = r"(?i)(z|[+-](?:0\d|1[0-4]):?[0-5]\d|[+-](?:0\d|1[0-4]))$"
# Seconds since 1970 of 1900 and 2200: what is read as another year was read by a wrong pattern.
FIRST_MOMENT, LAST_MOMENT = -2_208_988_800.0, 7_258_118_400.0
ZONES = ("%z", "%:z", "%#z", "%s", "%+")
UNREADABLE = float("nan")


def number(name: str, kind: pl.DataType, form: FileFormat) -> pl.Expr:
    """Return float64 of the numbers of a column; an infinite number stays infinite."""
    if not isinstance(kind, pl.String):
        value = pl.col(name).cast(pl.Float64)
        return value.fill_nan(None) if kind.is_float() else value
    text = trimmed_cells(pl.col(name))
    written = _plain_number(text, form).cast(pl.Float64, strict=False)
    is_there = ~is_missing_number(text, form)
    return pl.when(is_there).then(written.fill_null(UNREADABLE)).alias(name)


def is_missing_number(text: pl.Expr, form: FileFormat) -> pl.Expr:
    """Return whether trimmed text stands for a missing number."""
    marks = {mark.strip().lower() for mark in form.missing_marks}
    return text.is_null() | text.str.to_lowercase().is_in(sorted(MISSING_NUMBERS | marks))


def text(name: str, kind: pl.DataType, form: FileFormat) -> pl.Expr:
    """Return the trimmed text of a column; null where it is empty or a mark of missing values."""
    cells = pl.col(name) if isinstance(kind, pl.String) else pl.col(name).cast(pl.String)
    shown = trimmed_cells(cells)
    marks = ["", *(mark.strip() for mark in form.missing_marks)]
    return pl.when(~shown.is_in(marks)).then(shown).alias(name)


def label(name: str, kind: pl.DataType, form: LabelFormat) -> pl.Expr:
    """Return 1 for fraud, 0 for any other transaction, NaN for a value that is neither."""
    if isinstance(kind, pl.Boolean):
        is_plain = form.positive == ["1"]  # nothing else can be meant by true
        shown = (pl.col(name).cast(pl.Int8) if is_plain else pl.col(name)).cast(pl.String)
    else:
        shown = trimmed_cells(pl.col(name).cast(pl.String)).str.to_lowercase()
    is_there = shown.is_not_null() & ~shown.is_in(sorted(_missing_labels(form)))
    is_fraud = _is_one_of(shown, form.positive)
    is_other = _is_one_of(shown, negatives(form)) if negatives(form) else pl.lit(True)
    value = pl.when(is_fraud).then(1.0).when(is_other).then(0.0).otherwise(UNREADABLE)
    return pl.when(is_there).then(value).alias(name)


def _missing_labels(form: LabelFormat) -> set[str]:
    """Return the texts, in lower case, that stand for a label that nobody knows."""
    marks = {mark.strip().lower() for mark in getattr(form, "missing_marks", ())}
    named = {value.strip().lower() for value in (*form.positive, *form.negative)}
    return ({""} | MISSING_NUMBERS | marks) - named


def negatives(form: LabelFormat) -> list[str]:
    """Return the values that are not fraud; empty where any one other value is."""
    return form.negative or (["0"] if form.positive == ["1"] else [])


def time(name: str, kind: pl.DataType, form: TimeFormat, cells: FileFormat) -> pl.Expr:
    """Return seconds: since 1970 in UTC where the day is known, else since the first midnight.

    A moment before 1900 or after 2200 is unreadable.
    """
    seconds = _seconds(name, kind, form, cells)
    if form.time_format is None and form.time_since is None and not kind.is_temporal():
        return seconds
    is_near = seconds.is_between(FIRST_MOMENT, LAST_MOMENT)
    return pl.when(is_near | seconds.is_null()).then(seconds).otherwise(UNREADABLE).alias(name)


def _seconds(name: str, kind: pl.DataType, form: TimeFormat, cells: FileFormat) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        return _utc_seconds(pl.col(name), form, has_zone=kind.time_zone is not None)
    if isinstance(kind, pl.Date):
        return _utc_seconds(pl.col(name).cast(pl.Datetime("us")), form, has_zone=False)
    if form.time_format is None:
        since = 0.0 if form.time_since is None else _midnight(form)
        return number(name, kind, cells) * SECONDS[form.time_unit] + since
    shown = trimmed_cells(pl.col(name).cast(pl.String))
    found = _iso_seconds(shown, form) if form.time_format == ISO else _pattern(shown, form)
    is_there = ~is_missing_number(shown, cells)
    return pl.when(is_there).then(found.fill_null(UNREADABLE)).alias(name)


def _plain_number(text: pl.Expr, form: FileFormat) -> pl.Expr:
    """Return numbers as programs write them; null where a mark stands in a wrong place.

    A currency stands before or behind the number, and separators stand between groups of three
    digits: 1.234 is no number where a comma parts the decimals and nothing the thousands.
    """
    if form.currency:
        mark = re.escape(form.currency)
        text = text.str.replace(rf"^([+-]?)\s*{mark}\s*", "${1}").str.replace(rf"\s*{mark}$", "")
    if not form.thousands and form.decimal == ".":
        return text
    whole = r"\d+"
    if form.thousands:
        whole = rf"(?:\d{{1,3}}(?:{re.escape(form.thousands)}\d{{3}})+|\d+)"
    decimal = re.escape(form.decimal)
    pattern = rf"^[+-]?(?:{whole}(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+-]?\d+)?$"
    is_number = text.str.contains(pattern) | text.str.contains(r"(?i)^[+-]?inf(inity)?$")
    plain = text.str.replace_all(form.thousands, "", literal=True) if form.thousands else text
    plain = plain.str.replace(",", ".", literal=True) if form.decimal == "," else plain
    return pl.when(is_number).then(plain)


def _is_one_of(shown: pl.Expr, values: Iterable[str]) -> pl.Expr:
    """Return whether lower-case text is one of the values, or a number equal to one."""
    texts = [value.strip().lower() for value in values]
    numbers = [number for number in map(_as_number, texts) if number is not None]
    is_text = shown.is_in(texts)
    return is_text | shown.cast(pl.Float64, strict=False).is_in(numbers) if numbers else is_text


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _midnight(form: TimeFormat) -> float:
    days = pl.Series([form.time_since]).dt.epoch("d")
    return float(days[0]) * SECONDS["days"]


def _utc_seconds(moment: pl.Expr, form: TimeFormat, *, has_zone: bool) -> pl.Expr:
    """Return seconds since 1970; null where a clock that is put forward skips the moment."""
    if not has_zone:
        moment = moment.dt.replace_time_zone(
            form.time_zone, ambiguous="earliest", non_existent="null"
        )
    return moment.dt.epoch("us").cast(pl.Float64) / 1e6


def _pattern(shown: pl.Expr, form: TimeFormat) -> pl.Expr:
    pattern = str(form.time_format)
    if has_clock(pattern):
        moment = shown.str.to_datetime(pattern, strict=False, time_unit="us")
    else:
        moment = shown.str.to_date(pattern, strict=False).cast(pl.Datetime("us"))
    return _utc_seconds(moment, form, has_zone=any(mark in pattern for mark in ZONES))


def _iso_seconds(shown: pl.Expr, form: TimeFormat) -> pl.Expr:
    has_clock = shown.str.len_chars() > len("2026-11-30")
    offset = pl.when(has_clock).then(shown.str.extract(OFFSET))
    body = pl.when(offset.is_null()).then(shown).otherwise(shown.str.replace(OFFSET, ""))
    body = body.str.replace(r"^(\d{4}-\d{2}-\d{2})[ Tt]+", "${1}T").str.strip_chars()
    clocks = (body.str.to_datetime(p, strict=False, time_unit="us") for p in ISO_PATTERNS)
    day = body.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
    moment = pl.coalesce(*clocks, day)
    in_utc = moment.dt.epoch("us").cast(pl.Float64) / 1e6 - _offset_seconds(offset)
    local = _utc_seconds(moment, form, has_zone=False)
    return pl.when(offset.is_null()).then(local).otherwise(in_utc)


def _offset_seconds(offset: pl.Expr) -> pl.Expr:
    digits = offset.str.replace_all(r"[^\d]", "").str.pad_end(4, "0")
    hours = digits.str.slice(0, 2).cast(pl.Float64, strict=False).fill_null(0.0)
    minutes = digits.str.slice(2, 2).cast(pl.Float64, strict=False).fill_null(0.0)
    sign = pl.when(offset.str.starts_with("-")).then(-1.0).otherwise(1.0)
    return sign * (hours * 3_600 + minutes * 60)
