"""Daily batch: makes a day of transactions to score, drawn from the test split.

The labels of the day are written to a file of their own: an investigation would find them out
later, and no model sees them.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import orjson
import polars as pl
from pydantic import ValidationError

from catalog.prepared_data import data_spec, read_manifest, read_split
from foundation import locations
from foundation.commands import run_pipeline
from foundation.digests import canonical_json
from foundation.errors import AlreadyExists, InvalidData, NotFound
from foundation.executions import Execution, StageOutput
from foundation.locations import uri
from foundation.record import Record
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore
from fraud.data.spec import DataSpec
from fraud.simulation.daily_sample import DaySample, Drift, sample_day

DEFAULT_TRANSACTIONS = 10_000
PREPARED = "/prepare/output.json"


class DailyBatch(Record):
    """A daily batch that was made: its location, its counts, and the data it was drawn from."""

    day: date
    uri: str
    transactions: int
    frauds: int
    repeated: int
    held_out: int
    held_out_frauds: int
    data_digest: str
    simulated: bool


def make_daily_batch(
    store: ObjectStore,
    settings: Settings,
    *,
    day: date,
    transactions: int = DEFAULT_TRANSACTIONS,
    seed: int = 0,
    drift: Drift | None = None,
    data: str | None = None,
    data_digest: str | None = None,
    force: bool = False,
) -> DailyBatch:
    """Make `daily-batches/{day}.json` and `labels/{day}.json` from the newest test split.

    `data` names the data set of which the newest splits are meant, `data_digest` the splits
    themselves. Equal arguments give equal bytes.

    Raises:
        AlreadyExists: The day has a batch, and `force` is false; nothing was written.
        NotFound: No data was prepared yet; nothing was written.
    """
    if not force:
        require_free([day], store, settings)
    # Read like a stage does, digest checked; nothing is finished under this id.
    execution = Execution("interactive-daily-batch", store, settings, day=day)
    digest = data_digest or newest_data_digest(store, settings, data)
    manifest = read_manifest(execution, digest)
    held_out = read_split(execution, manifest, "test")
    spec = data_spec(manifest.data).resolved(manifest.columns)
    random = np.random.default_rng([seed, day.toordinal()])
    sample = sample_day(held_out, spec, transactions, random=random, drift=drift)
    return DailyBatch(
        day=day,
        uri=uri(settings.data_bucket, locations.daily_batch_key(day)),
        transactions=transactions,
        frauds=_write_day(sample, spec, manifest.entities, execution),
        repeated=sample.repeated,
        held_out=held_out.height,
        held_out_frauds=manifest.splits["test"].frauds,
        data_digest=manifest.data_digest,
        simulated=manifest.simulated,
    )


def require_free(days: list[date], store: ObjectStore, settings: Settings) -> None:
    """Raise AlreadyExists, naming the days, when any of them has a batch."""
    taken = [
        str(day)
        for day in days
        if store.exists(settings.data_bucket, locations.daily_batch_key(day))
    ]
    if taken:
        message = (
            f"A day of transactions is there already for {', '.join(taken)}, and may have been "
            "scored. It was not touched, and no other day was made. Name another day with --date, "
            "or replace it with --force."
        )
        raise AlreadyExists(message)


def newest_data_digest(store: ObjectStore, settings: Settings, data: str | None = None) -> str:
    """Return the digest of the data that was prepared last, of the data set `data` if one is named.

    Raises NotFound, with the command that prepares it, where none was prepared.
    """
    bucket = settings.workflow_bucket
    keys = [key for key in store.keys(bucket, "executions/") if key.endswith(PREPARED)]
    outputs = [_output(store.read(bucket, key), uri(bucket, key)) for key in keys]
    newest = sorted(outputs, key=lambda output: output.finished_at, reverse=True)
    execution = Execution("interactive-daily-batch", store, settings)
    for digest in (str(output.result["data_digest"]) for output in newest):
        if data is None or read_manifest(execution, digest).data == data_spec(data).name:
            return digest
    message = (
        f"A day is made from the test split, and no data{f' of {data}' if data else ''} was "
        f"prepared yet. Prepare some with `{run_pipeline('training', data=data or '')}`. No day "
        "was made."
    )
    raise NotFound(message)


def days_until(last: date, count: int) -> list[date]:
    """Return the `count` consecutive days that end with `last`."""
    return [last - timedelta(days=before) for before in reversed(range(count))]


def _output(data: bytes, source: str) -> StageOutput:
    try:
        return StageOutput.model_validate_json(data)
    except ValidationError as error:
        message = f"{source} is not the output of a stage: {error}. No day was made."
        raise InvalidData(message) from error


def _write_day(
    sample: DaySample, spec: DataSpec, entities: Mapping[str, str], execution: Execution
) -> int:
    """Write the labels and the transactions, and return how many are frauds."""
    day, bucket = execution.day, execution.settings.data_bucket
    ids = [f"{day:%Y%m%d}-{number:06d}" for number in range(1, sample.table.height + 1)]
    is_fraud = sample.table[spec.label].cast(pl.Boolean).to_list()
    labels = [{"id": id_, "isFraud": fraud} for id_, fraud in zip(ids, is_fraud, strict=True)]
    # The batch last: a batch that is ready to be scored has its labels.
    execution.write(bucket, locations.labels_key(day), canonical_json(labels))
    parties = _entities(sample.table, entities)
    content = _batch_file(sample, spec, ids, day, parties)
    execution.write(bucket, locations.daily_batch_key(day), content)
    return sum(is_fraud)


def _batch_file(
    sample: DaySample, spec: DataSpec, ids: list[str], day: date, entities: list[dict[str, str]]
) -> bytes:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    moments = [midnight + timedelta(seconds=float(seconds)) for seconds in sample.seconds]
    columns: dict[str, list[Any]] = {
        "id": ids,
        "timestamp": [moment.isoformat().replace("+00:00", "Z") for moment in moments],
        **({} if spec.amount is None else {"amount": sample.table[spec.amount].to_list()}),
        **({} if sample.categories is None else {"category": sample.categories}),
        "features": _features(sample.table, spec),
    }
    if entities:
        columns["entities"] = entities
    rows = zip(*columns.values(), strict=True)
    return orjson.dumps([dict(zip(columns, row, strict=True)) for row in rows])


def _features(table: pl.DataFrame, spec: DataSpec) -> list[dict[str, Any]]:
    """Return the features of each transaction; a model of amount and time alone has none."""
    names = [name for name in spec.model_columns if name not in spec.roles.columns]
    return table.select(names).to_dicts() if names else [{} for _ in range(table.height)]


def _entities(table: pl.DataFrame, entities: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the entities of each transaction, as role and text; none where none are described."""
    named = {role: table[column].cast(pl.String) for role, column in entities.items()}
    return pl.DataFrame(named).to_dicts()
