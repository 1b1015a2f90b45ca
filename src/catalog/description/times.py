"""Times: which column is the moment of a transaction, and how it is written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from catalog.description.guess import Guess, Question
from catalog.description.survey import ColumnSurvey
from fraud.data import cell_values
from fraud.data.formats import ISO, SECONDS, FileFormat, TimeFormat, TimeUnit

EPOCH = date(1970, 1, 1)
FIRST, LAST = 631_152_000.0, 4_102_444_800.0  # 1990 and 2100, in seconds since 1970
UNITS_SINCE_1970: dict[TimeUnit, float] = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S%.f", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S")
DAYS = (
    "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%d-%b-%y",
    "%d %B %Y", "%B %d, %Y",
)  # fmt: skip
SWAPPED = {"%d/%m": "%m/%d", "%m/%d": "%d/%m", "%d-%m": "%m-%d", "%m-%d": "%d-%m"}
EVENT = re.compile(
    r"(^|_)(event|trans(action)?|incident|purchase|payment|order|auth(orization)?)(_|$)"
)
NAMED_TIME = re.compile(
    r"(^|_)(time(stamp)?|date(time)?|dt|ts|moment|step|when|seconds?|secs?|hours?|day|unix)(_|$)"
)
# Dates of other things than the transaction.
OTHER = re.compile(
    r"birth|dob|signup|sign_up|regist|bind|opened|expir|issued|created|updated|age|valid|since"
    r"|delay|last|first|duration|count|avg|mean|_of_|per_"
)
UNIT_NAMES: dict[str, TimeUnit] = {
    "secs": "s", "sec": "s", "second": "s", "seconds": "s", "ms": "ms", "millis": "ms",
    "minute": "minutes", "minutes": "minutes", "hour": "hours", "hours": "hours", "day": "days",
    "days": "days",
}  # fmt: skip


@dataclass(frozen=True)
class TimeColumn:
    """A column of moments: the guesses and questions about its notation, and its likelihood."""

    name: str
    guesses: tuple[Guess, ...]
    questions: tuple[Question, ...]
    score: float

    @property
    def is_calendar(self) -> bool:
        """Whether its calendar days are known."""
        keys = {guess.key for guess in self.guesses} | {one.key for one in self.questions}
        return bool(keys & {"time_format", "time_since"})


def time_columns(columns: Sequence[ColumnSurvey]) -> list[TimeColumn]:
    """Return the columns that hold moments, the likeliest event time first."""
    found = (_time_column(column) for column in columns if column.filled)
    return sorted((one for one in found if one is not None), key=lambda one: -one.score)


def snake_case(name: str) -> str:
    """Return the name in lower case, its words parted by underscores."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")


def _time_column(column: ColumnSurvey) -> TimeColumn | None:
    words = snake_case(column.name)
    score = _score(words, column)
    if column.is_number:
        return _number_column(column, words, score)
    formats = date_formats(column.cells)
    if not formats:
        return None
    example = column.examples[0]
    if len(formats) == 1:
        guess = Guess("time_format", formats[0], f"as in {example}")
        return TimeColumn(column.name, (guess,), (), score + 2)
    question = Question(
        "time_format",
        f"is {example} in {column.name} {_in_words(formats[0])} or {_in_words(formats[1])}?",
        choices=tuple(formats),
    )
    return TimeColumn(column.name, (), (question,), score + 2)


def _score(words: str, column: ColumnSurvey) -> float:
    named = 2.0 * bool(EVENT.search(words)) + 1.5 * bool(NAMED_TIME.search(words))
    whole = 0.5 * (column.missing == 0)
    return named + whole - 4.0 * bool(OTHER.search(words))


def date_formats(cells: Sequence[str]) -> list[str]:
    """Return the formats in which every cell is a date; two where day and month may be swapped."""
    if not cells or not any(map(str.isdigit, cells[0])):
        return []
    if _reads(cells, ISO):
        return [ISO]
    head = list(dict.fromkeys(cells))[:50]
    for day in DAYS:
        for clock in CLOCKS:
            pattern = day + clock
            if _reads(head, pattern) and _reads(cells, pattern):
                return [pattern, *_swapped(cells, pattern)]
    return []


def _reads(cells: Sequence[str], pattern: str) -> bool:
    table = pl.DataFrame({"t": cells})
    form = TimeFormat(time_format=pattern)
    seconds = table.select(cell_values.time("t", pl.String(), form, FileFormat()))["t"]
    years = (seconds >= -LAST) & (seconds <= LAST)
    return bool(years.fill_null(False).all())


def _swapped(cells: Sequence[str], pattern: str) -> list[str]:
    for one, other in SWAPPED.items():
        if pattern.startswith(one):
            swapped = pattern.replace(one, other, 1)
            return [swapped] if _reads(cells, swapped) else []
    return []


def _in_words(pattern: str) -> str:
    return "day before month" if pattern.startswith("%d") else "month before day"


def _number_column(column: ColumnSurvey, words: str, score: float) -> TimeColumn | None:
    low, high = column.low or 0.0, column.high or 0.0
    for unit, factor in UNITS_SINCE_1970.items():
        if FIRST * factor <= low <= high <= LAST * factor:
            shown = date.fromordinal(EPOCH.toordinal() + int(low / factor // 86_400))
            since = Guess("time_since", EPOCH, f"so the first is of {shown}")
            unit_guess = Guess("time_unit", unit, f"{column.examples[0]} since 1970")
            # A number of ten digits may be many things; without a name it is no time.
            named = 1.0 if NAMED_TIME.search(words) or EVENT.search(words) else -3.0
            return TimeColumn(column.name, (unit_guess, since), (), score + named)
    if _are_days(column) and NAMED_TIME.search(words):
        return TimeColumn(
            column.name,
            (Guess("time_format", "%Y%m%d", f"as in {column.examples[0]}"),), (), score + 1,
        )  # fmt: skip
    if not NAMED_TIME.search(words) or OTHER.search(words) or low < 0 or column.distinct < 20:
        return None
    named_unit = next((unit for word, unit in UNIT_NAMES.items() if word in words.split("_")), None)
    if named_unit is not None:
        guess = Guess("time_unit", named_unit, f"by its name; from {low:g} to {high:g}")
        return TimeColumn(column.name, (guess,), (), score)
    question = Question(
        "time_unit",
        f"do the numbers of {column.name} count seconds, minutes, hours or days? They go from "
        f"{low:g} to {high:g}",
        choices=("s", "minutes", "hours", "days"),
        allowed=tuple(SECONDS),
        suggestion="hours" if words == "step" else "s",
    )
    return TimeColumn(column.name, (), (question,), score)


def _are_days(column: ColumnSurvey) -> bool:
    low, high = column.low or 0.0, column.high or 0.0
    return 19900101 <= low <= high <= 21001231 and date_formats(column.cells[:200]) == ["%Y%m%d"]
