"""Delivery: checks a file of transactions against the deployed model, and puts it as a batch."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from catalog.batch_file import BatchFile, parse_batch
from catalog.delivered_file import DeliveredTable, read_delivered
from catalog.model_archive import read_metadata
from catalog.prepared_data import data_spec, read_manifest
from foundation import locations
from foundation.errors import AlreadyExists
from foundation.executions import Execution
from foundation.locations import uri
from foundation.settings import Settings, project_root
from foundation.stores.object_store import ObjectStore
from fraud.data.spec import DataSpec
from fraud.scoring.table_transactions import require_columns, table_notes, transactions_of
from pipeline.data.delivery_check import CheckedDelivery, check_delivery, delivered_day
from pipeline.score import ScoreParams, read_serving_endpoint


@dataclass(frozen=True)
class DeliveredFile:
    """A delivery: its transactions, the bytes to put, and what was converted to make them."""

    batch: BatchFile
    data: bytes
    notes: tuple[str, ...] = ()


class Deliveries:
    """The deliveries of one environment, checked against the model that is deployed there.

    `data` names the description of tables; by default that of the data of the model.
    """

    def __init__(self, store: ObjectStore, settings: Settings, *, data: str | None = None) -> None:
        self._store, self._settings, self._data = store, settings, data
        # Read like a stage does, digest checked; nothing is finished under this id.
        self._execution = Execution("interactive-deliver", store, settings)
        self._endpoint = read_serving_endpoint(self._execution)
        self._params = ScoreParams.from_yaml(project_root() / "params/inference/score.yaml")

    def read(self, path: Path, name: str, day: date | None) -> tuple[DeliveredFile, date]:
        """Read a delivery, and its day where `day` is None; `name` is that of the file in errors.

        Raises:
            InvalidData: The file cannot be read, or lacks a column.
            InvalidParams: The day has to be named.
        """
        with TemporaryDirectory(prefix="ceap-deliver-") as folder:
            found = read_delivered(path, Path(folder), self._spec, name=name)
        if isinstance(found, bytes):
            delivered = DeliveredFile(parse_batch(found, source=name), found)
        else:
            delivered = _converted(found, day)
        return delivered, day or delivered_day(delivered.batch)

    def check(self, delivered: DeliveredFile, day: date) -> CheckedDelivery:
        """Return what *score* would do with a delivery as the batch of `day`."""
        laws = self._params.laws(self._endpoint.model_columns, day)
        limit = self._params.maximum_rejected_share
        checked = check_delivery(delivered.batch, laws, day, maximum_rejected_share=limit)
        return checked.model_copy(update={"notes": [*delivered.notes, *checked.notes]})

    def put(self, delivered: DeliveredFile, day: date, *, force: bool) -> str:
        """Put a delivery as the batch of `day`; raises as `put_batch` does."""
        return put_batch(delivered, day, self._store, self._settings, force=force)

    def _spec(self) -> DataSpec:
        if self._data is not None:
            return data_spec(self._data)
        metadata = read_metadata(self._execution, self._endpoint.model_digest)
        return data_spec(read_manifest(self._execution, metadata.data_digest).data)


def _converted(table: DeliveredTable, day: date | None) -> DeliveredFile:
    require_columns(table.cells.columns, table.spec, unused=table.unused)
    # A torn row is no transaction: it is set aside as what it is, a text.
    transactions = [*transactions_of(table.cells, table.spec, day), *table.torn]
    notes = table_notes(table.unused, len(table.torn), table.spec)
    batch = BatchFile(transactions, list(range(1, len(transactions) + 1)))
    return DeliveredFile(batch, orjson.dumps(transactions), tuple(notes))


def put_batch(
    delivered: DeliveredFile, day: date, store: ObjectStore, settings: Settings, *, force: bool
) -> str:
    """Write the batch of `day`, and return its URI.

    Raises AlreadyExists where the day has another batch, unless `force` is set; the same bytes may
    be put again.
    """
    bucket, key = settings.data_bucket, locations.daily_batch_key(day)
    if force:
        store.write(bucket, key, delivered.data)
        return uri(bucket, key)
    try:
        store.write_once(bucket, key, delivered.data)
    except AlreadyExists as error:
        message = (
            f"{day} has a batch already, with other content, and it may have been scored: "
            f"{uri(bucket, key)}. It was not touched. Name another day with --date, or replace it "
            "with --force."
        )
        raise AlreadyExists(message) from error
    return uri(bucket, key)
