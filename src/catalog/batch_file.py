"""Batch file: the transactions of one day, parsed from the JSON or JSON Lines of a delivery."""

import json
from dataclasses import dataclass
from typing import Any

import orjson

from foundation.errors import InvalidData

UTF8_MARK = b"\xef\xbb\xbf"
UNTOUCHED = "Nothing was scored. Deliver the file again, whole."


@dataclass(frozen=True)
class BatchFile:
    """The transactions of a batch file, and the position of each.

    A position is the number of the element in a JSON array, and of the line in JSON Lines; both
    count from 1.
    """

    transactions: list[Any]
    positions: list[int]


def parse_batch(data: bytes, *, source: str) -> BatchFile:
    """Parse a JSON array or JSON Lines; `source` names the file in errors.

    An empty array is a day without transactions. Raises InvalidData, with line and column, for a
    file that is empty or neither of the two.
    """
    text = data.removeprefix(UTF8_MARK).strip()
    if not text:
        message = f"{source} is empty. {UNTOUCHED} A day without transactions is the file []."
        raise InvalidData(message)
    return _array(data, source) if text.startswith(b"[") else _lines(data, source)


def _array(data: bytes, source: str) -> BatchFile:
    transactions = _parse(data.removeprefix(UTF8_MARK), source, line=None)
    return BatchFile(transactions, list(range(1, len(transactions) + 1)))


def _lines(data: bytes, source: str) -> BatchFile:
    lines = enumerate(data.removeprefix(UTF8_MARK).split(b"\n"), start=1)
    filled = [(number, line) for number, line in lines if line.strip()]
    transactions = [_parse(line, source, line=number) for number, line in filled]
    return BatchFile(transactions, [number for number, _ in filled])


def _parse(data: bytes, source: str, *, line: int | None) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return _parse_leniently(data, source, line)


def _parse_leniently(data: bytes, source: str, line: int | None) -> Any:
    # Python and others write NaN and Infinity, which are not JSON: one transaction with such a
    # number is set aside later, and is no reason to refuse the whole day.
    try:
        return json.loads(data.decode())
    except json.JSONDecodeError as error:
        where = f"line {line or error.lineno}, column {error.colno}"
        problem = f"{error.msg} at {where}"
    except UnicodeDecodeError as error:
        place = f" of line {line}" if line else ""
        problem = f"byte {error.start + 1}{place} is not UTF-8"
    except RecursionError:
        problem = "it is nested too deeply" + (f" at line {line}" if line else "")
    message = f"{source} is neither a JSON array nor JSON Lines: {problem}. {UNTOUCHED}"
    raise InvalidData(message)
