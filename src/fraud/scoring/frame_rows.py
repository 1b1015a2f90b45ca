"""Frame rows: a pandas frame of raw transactions as the rows of a model, and back."""

import reprlib
from typing import TYPE_CHECKING, Any

import numpy as np

from foundation.errors import InvalidData
from fraud.data.arrays import Floats, Matrix
from fraud.scoring.model_columns import ModelColumns

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]

EXAMPLES = 3  # of the texts that a column knows, in a message


def rows_of_frame(frame: "pd.DataFrame", columns: ModelColumns) -> Matrix:
    """Return the rows of a frame as a model takes them, shape (n, columns), NaN for gaps.

    Columns are taken by name, whatever stands beside them. A column of text holds text, any other
    numbers; None, NaN and pandas.NA are gaps. An unknown text is a gap, as it is for the endpoint.

    Raises:
        InvalidData: A column is missing, a value is of another kind, or a gap stands where the
            model takes none; the column is named, and the first such row, counted from 1.
    """
    if missing := [name for name in columns.names if name not in frame.columns]:
        message = (
            f"The model takes {len(columns.names)} columns, and the frame lacks "
            f"{', '.join(missing)}. Nothing was scored."
        )
        raise InvalidData(message)
    rows = np.empty((len(frame), len(columns.names)))
    for place, name in enumerate(columns.names):
        is_text = name in columns.categories
        rows[:, place] = (_codes if is_text else _numbers)(frame[name], name, columns)
    return rows


def frame_of_rows(rows: Matrix, columns: ModelColumns) -> "pd.DataFrame":
    """Return rows of a model as raw transactions: its texts for codes, None for what is missing."""
    import pandas as pd

    return pd.DataFrame(
        {
            name: _texts(rows[:, place], columns.categories[name])
            if name in columns.categories
            else rows[:, place]
            for place, name in enumerate(columns.names)
        }
    )


def _texts(codes: Floats, texts: tuple[str, ...]) -> Any:
    import pandas as pd

    found = [None if np.isnan(code) else texts[int(code)] for code in codes]
    return pd.Series(found, dtype=object)


def _codes(values: "pd.Series[Any]", name: str, columns: ModelColumns) -> Floats:
    there = values.notna().to_numpy()
    given = values.to_numpy(dtype=object)
    is_text = np.array([isinstance(value, str) for value in given], dtype=bool)
    wrong = np.flatnonzero(there & ~is_text)
    if len(wrong):
        known = ", ".join(map(repr, columns.categories[name][:EXAMPLES]))
        fault = f"is {reprlib.repr(given[wrong[0]])}"
        raise _refused(name, f"text (it knows {known}, …), or nothing", int(wrong[0]), fault)
    code_of = {text: columns.code(name, text) for text in set(given[there])}
    codes = [
        code_of[text] if is_there else np.nan for text, is_there in zip(given, there, strict=True)
    ]
    return np.array(codes, dtype=np.float64)


def _numbers(values: "pd.Series[Any]", name: str, columns: ModelColumns) -> Floats:
    there = values.notna().to_numpy()
    numbers = np.full(len(values), np.nan)
    try:
        numbers[there] = values[there].to_numpy(dtype=np.float64)
    except (TypeError, ValueError):
        first = int(next(n for n in np.flatnonzero(there) if not _is_number(values.iloc[n])))
        fault = f"is {reprlib.repr(values.iloc[first])}"
        raise _refused(name, _number(name, columns), first, fault) from None
    wrong = np.isinf(numbers) if name in columns.may_miss else ~np.isfinite(numbers)
    if wrong.any():
        row = int(np.argmax(wrong))
        fault = "is infinite" if np.isinf(numbers[row]) else "is missing"
        raise _refused(name, _number(name, columns), row, fault)
    return numbers


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _number(name: str, columns: ModelColumns) -> str:
    return "a finite number, or nothing" if name in columns.may_miss else "a finite number"


def _refused(name: str, takes: str, row: int, fault: str) -> InvalidData:
    message = f"Column {name} takes {takes}, but in row {row + 1} it {fault}. Nothing was scored."
    return InvalidData(message)
