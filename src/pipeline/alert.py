"""Alert: publishes the day's transactions of high risk to the analysts.

The protocol is a transactional outbox: a message is written whole before it is published, and
recorded as sent right after. The next attempt finishes one that was killed anywhere: it publishes
unchanged what was written but not recorded, and then every transaction that no record names. So no
risky transaction is lost, and only a kill between publishing and recording repeats a message, under
the same id. Records belong to the day, not to the execution: scoring a day again alerts only
transactions that are new.
"""

from collections.abc import Iterable
from datetime import date
from math import fsum

import polars as pl
from pydantic import BaseModel, Field

from foundation.errors import NotFound
from foundation.executions import Execution
from foundation.production.threshold_override import ThresholdOverride
from foundation.stores.object_store import ObjectStore
from foundation.stores.topics import Topic
from fraud.scoring.decision_threshold import DecisionThreshold
from pipeline.inference.alert_messages import Alert, Occasion, RiskyTransaction, alerts
from pipeline.inference.outbox import Outbox, SentAlert
from pipeline.inference.scored import ScoreOutput, read_scored
from pipeline.inference.threshold import threshold_of_day

STAGE = "alert"


class AlertParams(ThresholdOverride):
    """The score from which to alert, if not the model's own threshold; the size of a message."""

    transactions_per_message: int = Field(default=100, ge=1, le=100)


class AlertOutput(BaseModel):
    """Counts and message ids of the day's alerts."""

    day: date
    threshold: float
    model_threshold: float | None = None  # of the model that scored the day, if known
    threshold_note: str = ""  # the threshold in words, and whose it is
    high_risk: int  # transactions at or above the threshold
    alerted: int  # of them, by this execution, over all its attempts
    alerted_before: int  # of them, by other executions of this day
    message_ids: list[str]  # of this execution
    highest_score: float | None
    amount: float


def alert(
    execution: Execution, params: AlertParams, store: ObjectStore, topic: Topic
) -> AlertOutput:
    """Publish every transaction scored at or above the threshold, riskiest first, once a day.

    Raises NotFound when the topic does not exist; every alert is then published by a later attempt.
    """
    scored = execution.result("score", ScoreOutput)
    threshold = threshold_of_day(scored, params.threshold)
    risky = high_risk(read_scored(execution), threshold)
    outbox = Outbox(execution.day, store, execution.settings)
    _send(outbox.unsent(), outbox, topic)
    new = not_alerted(risky, outbox.sent())
    _send(
        alerts(
            new,
            _occasion(execution, scored, threshold),
            per_message=params.transactions_per_message,
        ),
        outbox,
        topic,
    )
    return execution.finish(STAGE, summary(execution, threshold, risky, outbox.sent()))


def high_risk(scored: pl.DataFrame, threshold: DecisionThreshold) -> list[RiskyTransaction]:
    """Select the transactions at or above the threshold, riskiest first, equals by id."""
    risky = scored.filter(pl.Series(threshold.flags(scored["fraud_score"].to_numpy())))
    ordered = risky.sort(["fraud_score", "id"], descending=[True, False])
    columns = ["id", "timestamp", "amount", "category", "fraud_score"]
    return [RiskyTransaction(*row) for row in ordered.select(columns).iter_rows()]


def not_alerted(risky: list[RiskyTransaction], sent: list[SentAlert]) -> list[RiskyTransaction]:
    """Return the transactions that no sent message names."""
    known = {transaction for record in sent for transaction in record.transactions}
    return [transaction for transaction in risky if transaction.transaction_id not in known]


def summary(
    execution: Execution,
    threshold: DecisionThreshold,
    risky: list[RiskyTransaction],
    sent: list[SentAlert],
) -> AlertOutput:
    """Return the output by the sent records, so that a resumed execution reports like any other."""
    mine = [record for record in sent if record.execution_id == execution.id]
    before = len(not_alerted(risky, mine))
    return AlertOutput(
        day=execution.day,
        threshold=threshold.value,
        model_threshold=threshold.model,
        threshold_note=str(threshold),
        high_risk=len(risky),
        alerted=len(risky) - before,
        alerted_before=before,
        message_ids=[record.message_id for record in mine],
        highest_score=risky[0].score if risky else None,
        amount=round(fsum(transaction.amount for transaction in risky), 2),
    )


def _occasion(execution: Execution, scored: ScoreOutput, threshold: DecisionThreshold) -> Occasion:
    return Occasion(
        day=execution.day,
        execution_id=execution.id,
        model_digest=scored.model_digest,
        threshold=threshold,
        table=execution.settings.scores_table,
    )


def _send(messages: Iterable[Alert], outbox: Outbox, topic: Topic) -> None:
    for message in messages:
        try:
            outbox.send(message, topic)
        except NotFound as error:
            missing = (
                f"The alerts have no topic to go to. ({error}) Locally: ceap aws up makes it; on "
                "AWS it is made by the infrastructure's deployment. No alert is lost: run the "
                "stage again when the topic is there."
            )
            raise NotFound(missing) from error
