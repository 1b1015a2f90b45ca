"""Mixed cells: what is said of a cell that a model with texts and gaps cannot take."""

from fraud.scoring.model_columns import ModelColumns
from serving.rejection import Rejected, clipped

EXAMPLES = 3


def wrong_cell(shown: str, columns: ModelColumns, *, row: int, column: str) -> Rejected:
    message = f"Column {column} takes {_takes(column, columns)}, but in row {row} it {shown}."
    return Rejected(message, row=row, column=column)


def _takes(column: str, columns: ModelColumns) -> str:
    kind = "a finite number"
    if column in columns.categories:
        texts = columns.categories[column]
        more = ", …" if len(texts) > EXAMPLES else ""
        known = ", ".join(clipped(repr(text)) for text in texts[:EXAMPLES])
        kind = f"text (it knows {known}{more})" if texts else "text"
    return f"{kind}, or nothing where it is missing" if column in columns.optional else kind
