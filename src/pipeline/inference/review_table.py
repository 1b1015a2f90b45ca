"""Review table: what the alert messages of a day ask people to look at, one row an entry."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from pipeline.inference.alert_messages import Alert

SCHEMA = {
    "who": pl.String, "transactions": pl.Int64, "highest_score": pl.Float64,
    "total_amount": pl.Float64, "why": pl.String, "ids": pl.String,
}  # fmt: skip


def review_table(messages: Iterable[Alert]) -> pl.DataFrame:
    """Return one row an entity, or a transaction where they are not grouped, riskiest first.

    `total_amount` is null where an amount is missing.
    """
    rows = [row for message in messages for row in _rows(json.loads(message.body))]
    table = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return table.sort(["highest_score", "ids"], descending=[True, False])


def _rows(body: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for entry in body.get("entries", []):
        who = " ".join(f"{role} {text}" for role, text in entry["entity"].items())
        ids = ", ".join(entry["transactions"])
        count, highest = entry["transactionCount"], entry["highestScore"]
        yield who, count, highest, entry.get("totalAmount"), _why(entry), ids
    if "entries" not in body:
        for one in body["transactions"]:
            yield "", 1, one["fraudScore"], one.get("amount"), _why(one), one["transactionId"]


def _why(entry: Mapping[str, Any]) -> str:
    return "; ".join(entry.get("why", []))
