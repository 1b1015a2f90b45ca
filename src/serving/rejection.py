"""Rejection: the error of a request that was not scored, with its row and column."""

from http import HTTPStatus

import orjson

from foundation.errors import InvalidData

LISTED = 5
SHOWN = 40


class Rejected(InvalidData):
    """The request is wrong; nothing of it was scored.

    `row` counts from 1, without the header; `row` and `column` are None where they do not apply.
    """

    def __init__(
        self,
        reason: str,
        *,
        row: int | None = None,
        column: str | None = None,
        status: HTTPStatus = HTTPStatus.BAD_REQUEST,
    ) -> None:
        self.reason, self.row, self.column, self.status = reason, row, column, status
        super().__init__(f"{reason} Nothing was scored.")

    def at_row(self, row: int) -> "Rejected":
        """Return the same rejection with its row."""
        return Rejected(self.reason, row=row, column=self.column, status=self.status)

    def to_json(self) -> bytes:
        facts: dict[str, str | int] = {"error": _writable(str(self))}
        if self.row is not None:
            facts["row"] = self.row
        if self.column is not None:
            facts["column"] = _writable(self.column)
        return orjson.dumps(facts)


def listed_names(names: list[str]) -> str:
    """Return the first few names, and the number of the others."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(clipped(name) for name in names[:LISTED]) + more


def clipped(text: str) -> str:
    """Return the text, cut to SHOWN characters."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _writable(text: str) -> str:
    """JSON lets half a surrogate pair in, but nothing lets it out."""
    return text.encode(errors="replace").decode()
