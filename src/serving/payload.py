"""Payload: the rows in the body of a request, in the model's column order."""

from collections.abc import Callable
from http import HTTPStatus

from fraud.data.arrays import Matrix
from fraud.scoring.model_columns import ModelColumns
from serving.csv_rows import rows_from_csv
from serving.json_rows import rows_from_json, rows_from_json_lines
from serving.rejection import Rejected, clipped

LARGEST_BODY = 6 * 1024 * 1024  # what InvokeEndpoint lets through


PARSERS: dict[str, Callable[[bytes, ModelColumns], Matrix]] = {
    "text/csv": rows_from_csv,
    "application/json": rows_from_json,
    "application/jsonlines": rows_from_json_lines,
}


def rows_from_body(body: bytes, content_type: str, columns: ModelColumns) -> Matrix:
    """Read n rows as float64[n, columns]; Rejected says which row and column is wrong."""
    parser = parser_of(content_type)
    require_size(len(body))
    if not body.strip():
        message = "A request needs at least one row, but its body is empty."
        raise Rejected(message)
    return parser(body, columns)


def parser_of(content_type: str) -> Callable[[bytes, ModelColumns], Matrix]:
    """Return what reads this content type; Rejected (415) lists what can be read."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind in PARSERS:
        return PARSERS[kind]
    found = f"it is {clipped(kind)!r}" if kind else "it is missing"
    message = f"The Content-Type must be one of {', '.join(PARSERS)}, but {found}."
    raise Rejected(message, status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def require_size(size: int) -> None:
    if size > LARGEST_BODY:
        message = (
            f"A body may hold at most {LARGEST_BODY:,} bytes (6 MB), but this one has {size:,} or "
            "more. Send the rows in smaller batches."
        )
        raise Rejected(message, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
