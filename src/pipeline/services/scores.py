"""Scores: the DynamoDB table of fraud scores by transaction and day."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Protocol

import polars as pl

from foundation.aws import aws_errors, client
from foundation.settings import Settings

BATCH = 25  # items that one BatchWriteItem takes
SMALLEST = 1e-130  # magnitude that DynamoDB holds; numbers nearer to 0 are stored as 0
CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class StoredScore:
    """One item of the table, under (transaction_id, timestamp); it may have no category."""

    transaction_id: str
    timestamp: str
    batch_date: str
    fraud_score: float
    risk_band: str
    amount: float | None
    category: str | None
    model_digest: str
    execution_id: str
    scoring_timestamp: str


class ScoresTable(Protocol):
    """Port of the DynamoDB table. A missing table is NotFound; a busy one Unavailable."""

    def write(self, items: Sequence[StoredScore]) -> list[StoredScore]:
        """Write at most 25 items with distinct keys; return those that remain unprocessed.

        An item with the same key is replaced.
        """
        ...

    def riskiest(self, day: date, limit: int) -> list[StoredScore]:
        """Return the `limit` items of one day with the highest scores, highest first."""
        ...

    def of_transaction(self, transaction_id: str) -> list[StoredScore]:
        """Return all items of one transaction id, by timestamp."""
        ...


class DynamoScoresTable:
    """The table in DynamoDB, with its index BatchDateIndex."""

    def __init__(self, settings: Settings) -> None:
        self._dynamo: Any = client("dynamodb", settings, connections=CONNECTIONS)
        self._table = settings.scores_table

    def write(self, items: Sequence[StoredScore]) -> list[StoredScore]:
        requests = [{"PutRequest": {"Item": as_item(item)}} for item in items]
        with self._errors("Writing to"):
            answer = self._dynamo.batch_write_item(RequestItems={self._table: requests})
        unprocessed = answer.get("UnprocessedItems", {}).get(self._table, [])
        return [from_item(request["PutRequest"]["Item"]) for request in unprocessed]

    def riskiest(self, day: date, limit: int) -> list[StoredScore]:
        return self._query(
            limit,
            IndexName="BatchDateIndex",
            KeyConditionExpression="batchDate = :key",
            ExpressionAttributeValues={":key": {"S": str(day)}},
            ScanIndexForward=False,
        )

    def of_transaction(self, transaction_id: str) -> list[StoredScore]:
        return self._query(
            None,
            KeyConditionExpression="transactionId = :key",
            ExpressionAttributeValues={":key": {"S": transaction_id}},
        )

    def _query(self, limit: int | None, **query: Any) -> list[StoredScore]:
        pages = self._dynamo.get_paginator("query").paginate(
            TableName=self._table, PaginationConfig={"MaxItems": limit, "PageSize": limit}, **query
        )
        with self._errors("Querying"):
            return [from_item(item) for page in pages for item in page["Items"]]

    def _errors(self, action: str) -> Any:
        return aws_errors(f"{action} the DynamoDB table {self._table}")


def as_item(score: StoredScore) -> dict[str, dict[str, str]]:
    """Return an item in DynamoDB's own JSON, floats with every digit of their shortest form."""
    item = {
        "transactionId": {"S": score.transaction_id},
        "timestamp": {"S": score.timestamp},
        "batchDate": {"S": score.batch_date},
        "fraudScore": {"N": _number(score.fraud_score)},
        "riskBand": {"S": score.risk_band},
        **({} if score.amount is None else {"amount": {"N": _number(score.amount)}}),
        "modelDigest": {"S": score.model_digest},
        "executionId": {"S": score.execution_id},
        "scoringTimestamp": {"S": score.scoring_timestamp},
    }
    return item if score.category is None else {**item, "category": {"S": score.category}}


def from_item(item: dict[str, dict[str, str]]) -> StoredScore:
    """Parse an item in DynamoDB's own JSON."""
    return StoredScore(
        transaction_id=item["transactionId"]["S"],
        timestamp=item["timestamp"]["S"],
        batch_date=item["batchDate"]["S"],
        fraud_score=float(item["fraudScore"]["N"]),
        risk_band=item["riskBand"]["S"],
        amount=float(item["amount"]["N"]) if "amount" in item else None,
        category=item["category"]["S"] if "category" in item else None,
        model_digest=item["modelDigest"]["S"],
        execution_id=item["executionId"]["S"],
        scoring_timestamp=item["scoringTimestamp"]["S"],
    )


def score_table(scores: Sequence[StoredScore]) -> pl.DataFrame:
    """Return one row an item; of no items, the columns alone."""
    numbers = {"fraud_score", "amount"}
    names = StoredScore.__dataclass_fields__
    schema = {name: pl.Float64 if name in numbers else pl.String for name in names}
    return pl.DataFrame([asdict(score) for score in scores], schema=schema)


def _number(value: float) -> str:
    return repr(value) if abs(value) >= SMALLEST else "0"
