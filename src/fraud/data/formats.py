"""Formats: how a raw file writes fields, numbers, labels and times."""

import zoneinfo
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from foundation.params import Params

TimeUnit = Literal["ns", "us", "ms", "s", "minutes", "hours", "days"]
SECONDS: dict[TimeUnit, float] = {
    "ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "minutes": 60.0, "hours": 3_600.0,
    "days": 86_400.0,
}  # fmt: skip
NAMED_DELIMITERS = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}
ISO = "iso"
DAYS = ("%d", "%e", "%j", "%D", "%F", "%x", "%c", "%s", "%v", "%+")
CLOCKS = ("%H", "%I", "%M", "%T", "%R", "%c", "%s", "%X", "%r", "%k", "%l", "%+")


def _as_texts(value: Any) -> Any:
    """Return one value or several, of any YAML type, as the texts that a file holds."""
    values = value if isinstance(value, list) else [value]
    return [_as_text(one) for one in values]


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, (int, float)) else value


Texts = Annotated[list[str], BeforeValidator(_as_texts)]
Mark = Annotated[str, StringConstraints(max_length=20)]


def _require_moment(pattern: str) -> None:
    """Raise ValueError for a pattern of strptime that names no day, or that cannot be read."""
    import polars as pl

    if "%Z" in pattern:
        message = "names of time zones (%Z) are not read; write %z for offsets, or name a time_zone"
        raise ValueError(message)
    if not any(mark in pattern for mark in DAYS):
        message = "it names no day, so nobody can say when that was; a day is %d, %e or %j"
        raise ValueError(message)
    cells = pl.Series(["x"])
    try:
        has_clock = any(mark in pattern for mark in CLOCKS)
        parse = cells.str.to_datetime if has_clock else cells.str.to_date
        parse(pattern, strict=False)
    except pl.exceptions.PolarsError as error:
        message = f"it cannot be read: {str(error).partition(chr(10))[0]}"
        raise ValueError(message) from error


class FileFormat(Params):
    """The dialect of a CSV file, and the marks in its cells."""

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    quote: str = Field(default='"', max_length=1)
    encoding: str = "utf-8"
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'"] = ""
    currency: Mark = ""
    missing_marks: list[str] = Field(default=[])

    @field_validator("currency")
    @classmethod
    def _is_no_number(cls, currency: str) -> str:
        if any(one.isdigit() or one in "+-.," for one in currency):
            message = "it is a mark such as $ or EUR, without digits, signs and separators"
            raise ValueError(message)
        return currency.strip()

    @model_validator(mode="after")
    def _tells_decimals_from_thousands(self) -> Self:
        if self.thousands == self.decimal:
            message = f"thousands and decimal cannot both be {self.decimal!r}"
            raise ValueError(message)
        return self

    @field_validator("delimiter", mode="before")
    @classmethod
    def _reads_a_name(cls, delimiter: Any) -> Any:
        return NAMED_DELIMITERS.get(delimiter, delimiter) if delimiter else delimiter

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError:
            message = "it is no encoding that Python knows, such as utf-8, cp1252 or utf-16"
            raise ValueError(message) from None
        return encoding


class LabelFormat(Params):
    """The values of the label: `positive` is fraud, `negative` is not.

    Without `negative`, the label has one other value than those of `positive`. Letter case does
    not matter, and 1.0 is 1.
    """

    positive: Texts = Field(default=["1"], min_length=1)
    negative: Texts = Field(default=[])

    @model_validator(mode="after")
    def _tells_fraud_from_others(self) -> Self:
        both = {one.strip().lower() for one in self.positive} & {
            one.strip().lower() for one in self.negative
        }
        if both:
            message = f"positive and negative both hold {', '.join(sorted(both))}"
            raise ValueError(message)
        return self


class TimeFormat(Params):
    """The notation of times: numbers of a unit, or dates.

    Numbers count from the midnight of `time_since`, in UTC, or from the data's own first midnight.
    `time_format` is `iso` (ISO 8601, with or without a zone) or a pattern of strptime; a date
    without a zone is of `time_zone`.
    """

    time_unit: TimeUnit = "s"
    time_since: date | None = None
    time_format: str | None = None
    time_zone: str = "UTC"

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, zone: str) -> str:
        try:
            zoneinfo.ZoneInfo(zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            message = "it is no time zone, such as UTC or Europe/Berlin"
            raise ValueError(message) from None
        return zone

    @field_validator("time_format")
    @classmethod
    def _is_a_pattern(cls, pattern: str | None) -> str | None:
        if pattern is not None and pattern != ISO and "%" not in pattern:
            message = "it should be iso, or a pattern such as %d.%m.%Y %H:%M"
            raise ValueError(message)
        if pattern is not None and pattern != ISO:
            _require_moment(pattern)
        return pattern

    @property
    def has_calendar(self) -> bool:
        """Whether the day of a time is known, and not only its distance from the first one."""
        return self.time_format is not None or self.time_since is not None

    @property
    def has_clock(self) -> bool:
        """Whether the notation can tell the moments of a day apart; days and dates cannot."""
        if self.time_format is None:
            return self.time_unit != "days"
        return self.time_format == ISO or has_clock(self.time_format)


def has_clock(pattern: str) -> bool:
    """Return whether a pattern of strptime reads a time of day."""
    return any(mark in pattern for mark in CLOCKS)
