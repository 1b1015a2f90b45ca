"""An experiment session over fakes: a small prepared data set, and a tracking server in memory."""

from datetime import UTC, datetime

from catalog.preparation import Preparation, prepare_data
from catalog.raw_checks import Origin
from experiments.protocol import DataChoice
from experiments.session import ExperimentSession
from fakes.data.training import raw_file
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.ports.tracking import FakeTracking
from foundation.digests import digest_of_bytes

SETTINGS = fake_settings()
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def fake_session(
    raw: bytes | None = None,
    *,
    choice: DataChoice | None = None,
    tracking: FakeTracking | None = None,
    execution_id: str = "interactive-test",
) -> ExperimentSession:
    """Open a session in which the raw file is prepared as `choice` asks, small as it is."""
    store = FakeObjectStore()
    put_raw(store, raw or raw_file(), choice or DataChoice())
    session = ExperimentSession(SETTINGS, store, tracking or FakeTracking(), execution_id)
    relaxed = {"minimum_rows": 100, "require_digest": False}
    preparation = (choice or DataChoice()).preparation
    prepare_data(session.execution, Preparation(**preparation.model_dump() | relaxed))
    return session


def put_raw(store: FakeObjectStore, raw: bytes, choice: DataChoice) -> None:
    """Lay a raw file where it is looked for, with an origin that says which file it is."""
    key = f"raw/{choice.data}.csv"
    origin = Origin(simulated=True, source="made up", sha256=digest_of_bytes(raw))
    store.write(SETTINGS.data_bucket, key, raw)
    store.write(SETTINGS.data_bucket, f"{key}.origin.json", origin.to_json())
