"""Notation: how a file writes its numbers, and which of its columns hold numbers."""

from dataclasses import replace

from catalog.description.dialect import is_number, missing_marks, number_notation
from catalog.description.survey import ColumnSurvey
from catalog.description.unfinished_draft import UnfinishedDraft, listed
from fraud.data.formats import NAMED_DELIMITERS, FileFormat


def read_notation(draft: UnfinishedDraft) -> None:
    """Find decimal, thousands, currency and marks of missing numbers, and read the columns."""
    delimiter = next((one.value for one in draft.guesses if one.key == "delimiter"), ",")
    mark = NAMED_DELIMITERS.get(delimiter, delimiter)
    texts = [one for one in draft.survey.columns if one.filled and not one.is_number]
    notation = number_notation((one.cells for one in texts if one.cells), mark)
    draft.guesses += notation
    draft.form = FileFormat(delimiter=mark, **{guess.key: guess.value for guess in notation})
    for column in draft.survey.columns:
        if column.is_number:
            draft.numbers.add(column.name)
        elif column.cells:
            _read_marks(draft, column)
    draft.columns = [_as_numbers(draft, column) for column in draft.survey.columns]
    if draft.marks:
        where = [one.name for one in texts if one.name in draft.numbers and draft.has_marks(one)]
        reason = f"for missing numbers, in {listed(where)}"
        draft.add("missing_marks", sorted(draft.marks), reason)


def _read_marks(draft: UnfinishedDraft, column: ColumnSurvey) -> None:
    plain = FileFormat(**{**draft.form.model_dump(), "missing_marks": []})
    marks = missing_marks(column.cells, plain)
    cells = [cell for cell in column.cells if cell not in marks]
    if cells and all(is_number(cell, plain) for cell in cells):
        draft.numbers.add(column.name)
        draft.marks |= set(marks)


def _as_numbers(draft: UnfinishedDraft, column: ColumnSurvey) -> ColumnSurvey:
    """Return the column without the marks of missing values, its numbers counted."""
    if column.name not in draft.numbers or column.is_number:
        return column
    cells = [cell for cell in column.cells if cell not in draft.marks]
    numbers = [draft.number(cell) for cell in cells]
    return replace(column, cells=cells, numbers=column.filled, low=min(numbers), high=max(numbers))
