"""Cell values: the number, text, label or time that each cell of a raw file stands for.

Every function returns a polars expression over one column of cells. A missing cell becomes null;
a cell that cannot be read becomes NaN, and nothing else does.
"""

from collections.abc import Iterable

import polars as pl

from fraud.data.formats import ISO, SECONDS, FileFormat, LabelFormat, TimeFormat, has_clock
from fraud.data.text_cells import trimmed_cells

MISSING_NUMBERS = frozenset({"", "na", "nan", "null"})  # in any case; of R, NumPy and databases
ISO_PATTERNS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M")
OFFSET = r"(?i)(z|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
UNREADABLE = float("nan")


def number(name: str, kind: pl.DataType, form: FileFormat) -> pl.Expr:
    """Return float64 of the numbers of a column; an infinite number stays infinite."""
    if not isinstance(kind, pl.String):
        return pl.col(name).cast(pl.Float64)
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
    marks = ["", *form.missing_marks]
    return pl.when(~shown.is_in(marks)).then(shown).alias(name)


def label(name: str, kind: pl.DataType, form: LabelFormat) -> pl.Expr:
    """Return 1 for fraud, 0 for any other transaction, NaN for a value that is neither."""
    if isinstance(kind, pl.Boolean):
        is_plain = form.positive == ["1"]  # nothing else can be meant by true
        shown = (pl.col(name).cast(pl.Int8) if is_plain else pl.col(name)).cast(pl.String)
    else:
        shown = trimmed_cells(pl.col(name).cast(pl.String)).str.to_lowercase()
    is_there = shown.is_not_null() & (shown != "")
    is_fraud = _is_one_of(shown, form.positive)
    is_other = _is_one_of(shown, negatives(form)) if negatives(form) else pl.lit(True)
    value = pl.when(is_fraud).then(1.0).when(is_other).then(0.0).otherwise(UNREADABLE)
    return pl.when(is_there).then(value).alias(name)


def negatives(form: LabelFormat) -> list[str]:
    """Return the values that are not fraud; empty where any one other value is."""
    return form.negative or (["0"] if form.positive == ["1"] else [])


def time(name: str, kind: pl.DataType, form: TimeFormat, cells: FileFormat) -> pl.Expr:
    """Return seconds: since 1970 in UTC where the day is known, else since the first midnight."""
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
    """Return numbers as programs write them, without currency and separators of thousands."""
    if form.currency:
        text = text.str.replace(form.currency, "", literal=True).str.strip_chars()
    if form.thousands:
        text = text.str.replace_all(form.thousands, "", literal=True)
    return text.str.replace(",", ".", literal=True) if form.decimal == "," else text


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
    return _utc_seconds(moment, form, has_zone="%z" in pattern or "%:z" in pattern)


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
