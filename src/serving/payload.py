"""Payload: the rows in the body of a request, in the model's column order."""

from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

from fraud.data.arrays import Matrix
from fraud.scoring.model_columns import ModelColumns
from serving.csv_rows import rows_from_csv
from serving.json_rows import rows_from_json, rows_from_json_lines
from serving.mixed_csv import rows_from_mixed_csv
from serving.mixed_json import rows_from_mixed_json, rows_from_mixed_json_lines
from serving.rejection import Rejected, clipped

LARGEST_BODY = 6 * 1024 * 1024  # what InvokeEndpoint lets through


class Parser(NamedTuple):
    """How a content type is read: for a model of numbers alone, and for one of texts and gaps."""

    plain: Callable[[bytes, tuple[str, ...]], Matrix]
    mixed: Callable[[bytes, ModelColumns], Matrix]


PARSERS = {
    "text/csv": Parser(rows_from_csv, rows_from_mixed_csv),
    "application/json": Parser(rows_from_json, rows_from_mixed_json),
    "application/jsonlines": Parser(rows_from_json_lines, rows_from_mixed_json_lines),
}


def rows_from_body(body: bytes, content_type: str, columns: ModelColumns) -> Matrix:
    """Read n rows as float64[n, columns]; Rejected says which row and column is wrong."""
    parser = parser_of(content_type)
    require_size(len(body))
    if not body.strip():
        message = "A request needs at least one row, but its body is empty."
        raise Rejected(message)
    if columns.is_plain:
        return parser.plain(body, columns.names)
    return parser.mixed(body, columns)


def parser_of(content_type: str) -> Parser:
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
