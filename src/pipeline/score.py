"""Score: a fraud score for each transaction of the day, from the production endpoint."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field, ValidationError

from catalog.batch_file import BatchFile, parse_batch
from catalog.batch_rules import BatchRules
from foundation import locations
from foundation.commands import deliver, make_daily_batch
from foundation.errors import InvalidData, NotFound, Unavailable
from foundation.executions import Execution
from foundation.locations import uri
from foundation.production.config import ABOVE_ALL
from fraud.data.stored_roles import StoredRoles
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import Incoming, check_transactions
from pipeline.inference.day_inputs import day_inputs, input_counts, write_inputs
from pipeline.inference.rejected import (
    REJECTED,
    reasons,
    rejected_json,
    require_enough_accepted,
    require_own_day,
)
from pipeline.inference.scored import (
    STAGE,
    ScoreOutput,
    batch_notes,
    scored_table,
    write_scored,
)
from pipeline.inference.transactions import transactions_table, write_transactions
from pipeline.scoring import ScoredRows, score_rows

if TYPE_CHECKING:
    from fraud.monitoring.inputs.summary import DayInputs
    from pipeline.services.endpoints import Endpoints


class ScoreParams(BatchRules):
    """How to send the day to the endpoint, and how many bad transactions to accept."""

    batch_rows: int = Field(default=2500, ge=1, le=5000)
    connections: int = Field(default=4, ge=1, le=64)
    attempts: int = Field(default=5, ge=1, le=20)
    maximum_rejected_share: float = Field(default=0.05, ge=0, le=1)


class ServingEndpoint(StoredRoles):
    """The part of `endpoint.json` that scoring reads.

    `columns` are features, amount and time, in order; `roles` name the amount and the time.
    `threshold` is the decision threshold of the model; endpoints may have been deployed before it
    was recorded. `input_reference` is the digest of what the train rows of the model held.
    """

    name: str
    model_digest: str
    threshold: float | None = Field(default=None, ge=0, le=ABOVE_ALL)
    columns: list[str] = Field(min_length=1)
    categories: dict[str, tuple[str, ...]] = Field(default={})
    may_miss: frozenset[str] = frozenset()
    input_reference: str | None = None

    @property
    def model_columns(self) -> ModelColumns:
        """The columns that the model takes, with their texts and gaps."""
        return ModelColumns(tuple(self.columns), self.categories, self.may_miss, self.roles)


def score(execution: Execution, params: ScoreParams, endpoints: "Endpoints") -> ScoreOutput:
    """Score the day's transactions through the production endpoint.

    Writes `scored.parquet`, `rejected.json` and the day's `transactions/{date}.parquet`, and counts
    what the model was given. A batch without transactions is a day without any: nothing is sent to
    the endpoint, and the counts are 0.

    Raises:
        NotFound: No model is deployed, or the day has no batch.
        InvalidData: The batch cannot be parsed, most of it is of other days, or more of it is bad
            than `maximum_rejected_share` allows; `rejected.json` is written even then.
        Unavailable: Attempts ran out, or a deployment is under way.
    """
    started = execution.now()
    endpoint = read_serving_endpoint(execution)
    batch = read_daily_batch(execution)
    laws = params.laws(endpoint.model_columns, execution.day)
    incoming = check_transactions(batch.transactions, batch.positions, laws)
    execution.write_for(STAGE, REJECTED, rejected_json(incoming.set_aside))
    require_own_day(incoming, laws, execution)
    require_enough_accepted(incoming, params.maximum_rejected_share, execution)
    with ThreadPoolExecutor(1, "inputs") as beside:  # while the endpoint answers
        counted = beside.submit(count_inputs, execution, endpoint, incoming)
        answers = _score_through_endpoint(endpoint, incoming, params, endpoints)
    inputs = counted.result()
    scored = scored_table(incoming, answers.scores, execution.now())
    write_scored(execution, scored)
    table = transactions_table(
        incoming, scored, endpoint.model_columns, model_digest=answers.model_digest
    )
    write_transactions(execution, table)
    return execution.finish(
        STAGE,
        ScoreOutput(
            day=execution.day,
            received=len(batch.transactions),
            scored=scored.height,
            rejected=len(incoming.set_aside),
            reasons=reasons(incoming.set_aside),
            ignored_fields=incoming.ignored_fields,
            notes=batch_notes(incoming, laws),
            endpoint=endpoint.name,
            model_digest=answers.model_digest,
            threshold=endpoint.threshold,
            inputs=input_counts(inputs),
            unknown_features=inputs.fields.unknown,
            seconds=round((execution.now() - started).total_seconds(), 3),
        ),
    )


def read_serving_endpoint(execution: Execution) -> ServingEndpoint:
    """Read `endpoint.json`; NotFound before the first deployment, InvalidData when damaged."""
    bucket = execution.settings.config_bucket
    try:
        data = execution.read(bucket, locations.ENDPOINT)
    except NotFound as error:
        message = (
            f"No model is deployed: {uri(bucket, locations.ENDPOINT)} is not there. "
            "Run training first: ceap run training. Nothing was scored."
        )
        raise NotFound(message) from error
    try:
        return ServingEndpoint.model_validate_json(data)
    except ValidationError as error:
        message = (
            f"{uri(bucket, locations.ENDPOINT)} does not name an endpoint: {error}. Deploy again: "
            "ceap run training. Nothing was scored."
        )
        raise InvalidData(message) from error


def read_daily_batch(execution: Execution) -> BatchFile:
    """Read the daily batch of the execution; NotFound when it was not delivered."""
    bucket, key = execution.settings.data_bucket, locations.daily_batch_key(execution.day)
    try:
        data = execution.read(bucket, key)
    except NotFound as error:
        message = (
            f"There are no transactions of {execution.day}: {uri(bucket, key)} is not there. "
            f"Deliver it: {deliver(execution.day)}; or make one: "
            f"{make_daily_batch(execution.day)}. "
            "Nothing was scored."
        )
        raise NotFound(message) from error
    return parse_batch(data, source=uri(bucket, key))


def count_inputs(
    execution: Execution, endpoint: ServingEndpoint, incoming: Incoming
) -> "DayInputs":
    """Count what the model is given, and write the counts for monitor."""
    inputs = day_inputs(
        execution,
        incoming,
        endpoint.model_columns,
        model_digest=endpoint.model_digest,
        reference_digest=endpoint.input_reference,
    )
    write_inputs(execution, inputs)
    return inputs


def _score_through_endpoint(
    endpoint: ServingEndpoint, incoming: Incoming, params: ScoreParams, endpoints: "Endpoints"
) -> ScoredRows:
    if not incoming.ids:
        return ScoredRows(np.empty(0), endpoint.model_digest)
    answers = score_rows(
        endpoints,
        endpoint.name,
        incoming.model_rows(),
        endpoint.model_columns,
        batch_rows=params.batch_rows,
        connections=params.connections,
        attempts=params.attempts,
    )
    if answers.model_digest != endpoint.model_digest:
        message = (
            f"Endpoint {endpoint.name} answered with model {answers.model_digest}, while "
            f"{locations.ENDPOINT} names {endpoint.model_digest}: a deployment is under way, or "
            "was left half done. Try again; if it stays, run ceap run training. Nothing was "
            "published."
        )
        raise Unavailable(message)
    return answers
