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
from typing import NamedTuple

import polars as pl
from pydantic import AliasChoices, BaseModel, Field

from foundation.errors import NotFound
from foundation.executions import Execution
from foundation.production.threshold_override import ThresholdOverride
from foundation.stores.object_store import ObjectStore
from foundation.stores.topics import Topic
from fraud.scoring.decision_threshold import DecisionThreshold
from fraud.scoring.entities import ROLE, first_role
from pipeline.inference.alert_messages import Alert, Occasion, alerts
from pipeline.inference.alert_reasons import ReasonRules, with_reasons
from pipeline.inference.outbox import Outbox, SentAlert
from pipeline.inference.risky_transaction import (
    RiskyTransaction,
    by_entity,
    entity_groups,
    total_amount,
)
from pipeline.inference.scored import ScoreOutput, read_entities, read_scored
from pipeline.inference.threshold import threshold_of_day

STAGE = "alert"


class Grouping(NamedTuple):
    """The role of entities by which alerts are grouped, None for none; sentences for people."""

    role: str | None
    notes: tuple[str, ...] = ()

    def groups(self, risky: list[RiskyTransaction]) -> list[list[RiskyTransaction]]:
        """Return the transactions of each entity."""
        return list(entity_groups(by_entity(risky, self.role), self.role))


class AlertParams(ThresholdOverride):
    """The score from which to alert, if not the model's own threshold; what messages hold.

    `group_by` is the role of entities that have an entry each; None is the first of the batch.
    """

    transactions_per_message: int = Field(default=100, ge=1, le=100)
    group_by: str | None = Field(default=None, pattern=f"^{ROLE.pattern}$")
    explained_transactions: int = Field(default=100, ge=0, le=10_000)
    reasons: int = Field(default=3, ge=1, le=10)  # of a transaction


class AlertOutput(BaseModel):
    """Counts and message ids of the day's alerts."""

    day: date
    threshold: float
    model_threshold: float | None = None  # of the model that scored the day, if known
    threshold_note: str = ""  # the threshold in words, and whose it is
    # Transactions at or above the threshold; older records call them high_risk.
    flagged: int = Field(validation_alias=AliasChoices("flagged", "high_risk"))
    alerted: int  # of them, by this execution, over all its attempts
    alerted_before: int  # of them, by other executions of this day
    message_ids: list[str]  # of this execution
    highest_score: float | None
    amount: float | None  # of them together; None where one has no amount
    grouped_by: str | None = None  # the role of entities
    entities: int | None = None  # that the transactions above are of
    notes: list[str] = Field(default=[])


def alert(
    execution: Execution, params: AlertParams, store: ObjectStore, topic: Topic
) -> AlertOutput:
    """Publish every transaction scored at or above the threshold, once a day, entity by entity.

    The entity of the riskiest transaction comes first. Raises NotFound when the topic does not
    exist; every alert is then published by a later attempt.
    """
    scored, table = execution.result("score", ScoreOutput), read_scored(execution)
    threshold = threshold_of_day(scored, params.threshold)
    grouping = grouping_of(table, params.group_by)
    risky = flagged_transactions(table, threshold)
    outbox = Outbox(execution.day, store, execution.settings)
    _send(outbox.unsent(), outbox, topic)
    # In the order of the whole day, so that a later attempt divides what is left as an
    # uninterrupted one would have.
    new = not_alerted(by_entity(risky, grouping.role), outbox.sent())
    rules = ReasonRules(params.explained_transactions, params.reasons)
    explained = with_reasons(execution, new, rules, model_digest=scored.model_digest)
    occasion = Occasion(
        day=execution.day,
        execution_id=execution.id,
        model_digest=scored.model_digest,
        threshold=threshold,
        table=execution.settings.scores_table,
        group_by=grouping.role,
        notes=(*explained.notes, *grouping.notes),
    )
    messages = alerts(explained.transactions, occasion, per_message=params.transactions_per_message)
    _send(messages, outbox, topic)
    return execution.finish(STAGE, summary(execution, threshold, grouping, risky, outbox.sent()))


def flagged_transactions(
    scored: pl.DataFrame, threshold: DecisionThreshold
) -> list[RiskyTransaction]:
    """Select the transactions at or above the threshold, riskiest first, equals by id."""
    risky = scored.filter(pl.Series(threshold.flags(scored["fraud_score"].to_numpy())))
    ordered = risky.sort(["fraud_score", "id"], descending=[True, False])
    columns = ["id", "timestamp", "amount", "category", "fraud_score"]
    named = [tuple(entities.items()) for entities in read_entities(ordered)]
    rows = ordered.select(columns).iter_rows()
    return [
        RiskyTransaction(*row)._replace(entities=each)
        for row, each in zip(rows, named, strict=True)
    ]


def grouping_of(scored: pl.DataFrame, wanted: str | None) -> Grouping:
    """Return the role by which the alerts of a day are grouped: `wanted`, or the first there is."""
    entities = read_entities(scored)
    if wanted is None:
        return Grouping(first_role(entities))
    if any(wanted in named for named in entities):
        return Grouping(wanted)
    note = (
        f"No transaction of the day names a {wanted} among its entities, by which group_by in "
        "params/inference/alert.yaml groups them: each stands alone."
    )
    return Grouping(None, (note,))


def not_alerted(risky: list[RiskyTransaction], sent: list[SentAlert]) -> list[RiskyTransaction]:
    """Return the transactions that no sent message names."""
    known = {transaction for record in sent for transaction in record.transactions}
    return [transaction for transaction in risky if transaction.transaction_id not in known]


def summary(
    execution: Execution,
    threshold: DecisionThreshold,
    grouping: Grouping,
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
        flagged=len(risky),
        alerted=len(risky) - before,
        alerted_before=before,
        message_ids=[record.message_id for record in mine],
        highest_score=risky[0].score if risky else None,
        amount=total_amount(risky),
        grouped_by=grouping.role,
        entities=len(grouping.groups(risky)) if grouping.role else None,
        notes=list(grouping.notes),
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
