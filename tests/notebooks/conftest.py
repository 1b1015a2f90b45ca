"""Fixtures of notebooks: an environment that a notebook opens, with nothing in it yet."""

from collections.abc import Callable

import pytest

from catalog.raw_checks import Origin
from fakes.ports.mlflow_store import mlflow_settings
from foundation.digests import digest_of_bytes
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore


@pytest.fixture(scope="module")
def notebook_settings(
    moto_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """moto, and a tracking store and state directory of one's own."""
    own = mlflow_settings(tmp_path_factory.mktemp("state"))
    places = ("tracking_uri", "artifact_uri", "state_directory")
    return moto_settings.model_copy(update={name: getattr(own, name) for name in places})


@pytest.fixture
def notebook_environment(notebook_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """These settings as the environment that a notebook opens."""
    monkeypatch.setenv("CEAP_ENVIRONMENT", "local")
    for name, value in notebook_settings.model_dump(exclude={"environment"}).items():
        if value:
            monkeypatch.setenv(f"CEAP_{name.upper()}", str(value))
    return notebook_settings


@pytest.fixture
def put_payments(notebook_environment: Settings) -> Callable[[bytes], None]:
    """Lay a raw file of payments there, with its origin, in place of any that was."""

    def put(raw: bytes) -> None:
        store, bucket = S3ObjectStore(notebook_environment), notebook_environment.data_bucket
        origin = Origin(simulated=True, source="made up", sha256=digest_of_bytes(raw))
        store.write(bucket, "raw/payments.csv", raw)
        store.write(bucket, "raw/payments.csv.origin.json", origin.to_json())

    return put
