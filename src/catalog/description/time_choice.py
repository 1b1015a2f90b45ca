"""Time choice: the column of the moment of a transaction, and its notation."""

import re
from collections.abc import Sequence

from catalog.description.times import TimeColumn, time_columns
from catalog.description.unfinished_draft import MOST_CANDIDATES, UnfinishedDraft

ZONE = re.compile(r":\d{2}(\.\d+)?\s?(Z|[+-]\d{2}:?(\d{2})?)$", re.IGNORECASE)
LEAST_TIME_SCORE = 1.0
UNNAMED = "the only timestamp; its name is not that of a transaction: is it its moment?"


def choose_time(draft: UnfinishedDraft) -> None:
    """Choose the time, and leave out the other dates."""
    columns = time_columns(draft.left)
    likely = [one for one in columns if one.score >= LEAST_TIME_SCORE]
    likely = likely or _only_timestamp(columns, draft)
    if likely:
        best = likely[0]
        doubt = "" if best.score >= LEAST_TIME_SCORE else UNNAMED
        draft.add("time", best.name, doubt or _also(likely[1:]))
        by_name = {one.name: one for one in draft.left}
        draft.assign(by_name[best.name], "time", "the moment of the transaction")
        draft.guesses += best.guesses
        for question in best.questions:
            draft.settle(question)
        _say_zone(draft, best)
    by_name = {one.name: one for one in draft.left}
    for other in columns:
        column = by_name.get(other.name)
        if column is None or not other.is_calendar:
            continue
        # Ten digits may be many things, unless the name is that of a time.
        if not column.is_number or other.score >= LEAST_TIME_SCORE:
            draft.ignore(column, "another date; a model of the calendar days would not last")


def _only_timestamp(columns: list[TimeColumn], draft: UnfinishedDraft) -> list[TimeColumn]:
    """Return the only column of calendar dates with a time of day, whatever its name."""
    by_name = {one.name: one for one in draft.left}
    found = [
        one
        for one in columns
        if one.is_calendar
        and not by_name[one.name].is_number
        and all(":" in cell for cell in by_name[one.name].cells[:9])
    ]
    return found if len(found) == 1 else []


def _say_zone(draft: UnfinishedDraft, best: TimeColumn) -> None:
    formats = [guess.value for guess in best.guesses if guess.key == "time_format"]
    column = draft.survey.by_name[best.name]
    has_zone = any(ZONE.search(cell) for cell in column.cells[:9])
    if formats and not has_zone:
        draft.add("time_zone", "UTC", "of dates without a zone; name yours if it is another")


def _also(others: Sequence[TimeColumn]) -> str:
    listed = ", ".join(one.name for one in others[:MOST_CANDIDATES])
    return f"the moment of the transaction; it may also be {listed}" if listed else ""
