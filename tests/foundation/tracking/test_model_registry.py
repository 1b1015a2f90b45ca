"""One contract of the model registry, over the fake and a real MLflow store."""

import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest

from experiments.tracking.model_artifact import model_files
from fakes.data.labelled_rows import COLUMNS, fake_rows, fitted
from fakes.faults.dying_server import Death, Dying
from fakes.ports.directory_registry import DirectoryRegistry
from fakes.ports.mlflow_store import mlflow_settings
from fakes.ports.model_registry import FakeRegistry
from fakes.ports.settings import fake_settings
from foundation.errors import InvalidParams, NotFound, Unavailable
from foundation.settings import Settings
from foundation.tracking.model_registry import MlflowRegistry, ModelRegistry
from foundation.tracking.writer import MlflowTracking, TrackedRun

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ALGORITHM = "logistic_regression"
ROWS = fake_rows(5, 200).rows


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return mlflow_settings(tmp_path_factory.mktemp("state with a space"))


@pytest.fixture(scope="module")
def run_id(local: Settings) -> str:
    """A run that kept a model."""
    return recorded(local, model_files(fitted(ALGORITHM), ROWS))


@pytest.fixture(params=["fake", "directory", "mlflow"])
def registry(
    request: pytest.FixtureRequest, local: Settings, run_id: str, tmp_path: Path
) -> ModelRegistry:
    if request.param == "fake":
        return FakeRegistry([run_id])
    if request.param == "directory":
        return DirectoryRegistry(tmp_path, [run_id])
    return MlflowRegistry(with_model_of_its_own(local))


@pytest.fixture
def pyfunc(local: Settings, run_id: str) -> Iterator[Any]:
    """What loads models in MLflow's own way, from the store of this module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the type hints of its own chat models
        import mlflow.pyfunc

    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(local.tracking_uri)
    yield mlflow.pyfunc
    mlflow.set_tracking_uri(before)


def with_model_of_its_own(local: Settings) -> Settings:
    return local.model_copy(update={"registered_model": f"fraud-{uuid4()}"})


def recorded(local: Settings, files: dict[str, bytes]) -> str:
    run = TrackedRun(
        experiment="models", name=ALGORITHM, started_at=NOON, finished_at=NOON,
        params={}, tags={}, metrics={},
    )  # fmt: skip
    return MlflowTracking(local).log(run, files)


def test_before_anything_is_registered_nothing_is_found(registry: ModelRegistry) -> None:
    assert registry.version_of("promotion-1") is None
    assert registry.version_at("champion") is None
    registry.set_alias("champion", None)


def test_every_promotion_gets_a_version_of_its_own(registry: ModelRegistry, run_id: str) -> None:
    ids = ["2026-11-22-ab", "2026-11-22.a_", "2026-11-22-AB"]
    versions = [registry.register(promotion_id, run_id, {"by": "ann"}) for promotion_id in ids]

    assert len(set(versions)) == len(ids)
    assert [registry.version_of(promotion_id) for promotion_id in ids] == versions
    assert registry.version_of("2026-11-22-a") is None


def test_a_promotion_registered_twice_is_registered_once(
    registry: ModelRegistry, run_id: str
) -> None:
    first = registry.register("promotion-1", run_id, {})
    registry.register("promotion-2", run_id, {})

    assert registry.register("promotion-1", run_id, {}) == first


def test_an_alias_points_where_it_was_last_told(registry: ModelRegistry, run_id: str) -> None:
    first, second = (registry.register(each, run_id, {}) for each in ("p-1", "p-2"))
    registry.set_alias("champion", first)
    registry.set_alias("previous", first)
    for _ in range(2):
        registry.set_alias("champion", second)

    assert registry.version_at("champion") == second
    assert registry.version_at("previous") == first

    for _ in range(2):
        registry.set_alias("previous", None)

    assert registry.version_at("champion") == second
    assert registry.version_at("previous") is None


@pytest.mark.parametrize("promotion_id", ["", "it's", 'a"b', "p' or name like '%"])
def test_what_is_no_promotion_id_is_refused(
    registry: ModelRegistry, run_id: str, promotion_id: str
) -> None:
    with pytest.raises(InvalidParams):
        registry.register(promotion_id, run_id, {})

    assert registry.version_of(promotion_id) is None


def test_a_run_that_is_not_there_is_not_found(registry: ModelRegistry) -> None:
    with pytest.raises(NotFound, match="0" * 32):
        registry.register("promotion-1", "0" * 32, {})

    assert registry.version_of("promotion-1") is None


def test_a_run_that_kept_no_model_is_not_found(registry: ModelRegistry, local: Settings) -> None:
    empty = recorded(local, {"model/notes.txt": b"forgotten"})

    with pytest.raises(NotFound, match=f"{empty} kept no model"):
        registry.register("promotion-1", empty, {})

    assert registry.version_of("promotion-1") is None


# Only MLflow


def test_the_champion_is_loaded_by_its_alias_and_scores_as_it_did(
    local: Settings, run_id: str, pyfunc: Any
) -> None:
    registry = MlflowRegistry(local)
    registry.set_alias("champion", registry.register("promotion-1", run_id, {"by": "ann"}))

    loaded = pyfunc.load_model("models:/fraud-detection@champion")

    found = loaded.predict(pd.DataFrame(ROWS, columns=COLUMNS))
    assert np.array_equal(found, fitted(ALGORITHM).scores(ROWS))
    assert loaded.metadata.run_id in (None, run_id)


def test_a_version_tells_its_run_and_its_tags(local: Settings, run_id: str) -> None:
    there = with_model_of_its_own(local)
    version = MlflowRegistry(there).register("promotion-1", run_id, {"by": "ann"})

    found = client_of(there).get_model_version(there.registered_model, version)

    assert found.run_id == run_id
    assert found.tags == {"by": "ann", "promotion_id": "promotion-1"}
    assert found.source.endswith(f"/{run_id}/artifacts/model")


def crash() -> BaseException:
    return KeyboardInterrupt()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("error", [crash, OSError])
def test_a_promotion_is_registered_once_wherever_an_earlier_try_died(
    local: Settings, run_id: str, after: bool, error: Callable[[], BaseException]
) -> None:
    there = with_model_of_its_own(local)
    calls = deaths(there, run_id, Death(None, after=after, lasting=False, error=error))
    assert calls >= 5

    for at in range(calls):
        there = with_model_of_its_own(local)
        with pytest.raises((KeyboardInterrupt, Unavailable)):
            deaths(there, run_id, Death(at, after=after, lasting=False, error=error))

        version = MlflowRegistry(there).register("promotion-1", run_id, {})

        assert version == "1"
        assert len(versions(there)) == 1


def deaths(there: Settings, run_id: str, death: Death) -> int:
    """Register over a server that dies; how many calls it was asked."""
    registry = MlflowRegistry(there)
    server = registry._server
    server.__dict__["client"] = Dying(server.client, death)
    registry.register("promotion-1", run_id, {})
    return death.calls


def test_of_many_who_register_one_promotion_all_name_one_version(
    local: Settings, run_id: str
) -> None:
    there = with_model_of_its_own(local)

    def register(_: int) -> str:
        return MlflowRegistry(there).register("promotion-1", run_id, {})

    with ThreadPoolExecutor(4) as pool:
        named = list(pool.map(register, range(8)))

    assert set(named[-4:]) == {MlflowRegistry(there).version_of("promotion-1")}


def test_a_registry_that_cannot_be_reached_is_unavailable(
    run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    registry = MlflowRegistry(
        fake_settings().model_copy(update={"tracking_uri": "http://ann:secret@127.0.0.1:1"})
    )
    for call in (
        lambda: registry.register("promotion-1", run_id, {}),
        lambda: registry.version_of("promotion-1"),
        lambda: registry.version_at("champion"),
        lambda: registry.set_alias("champion", "1"),
    ):
        with pytest.raises(Unavailable) as failed:
            call()
        assert "secret" not in str(failed.value)


def client_of(there: Settings) -> Any:
    return MlflowRegistry(there)._server.client


def versions(there: Settings) -> list[Any]:
    found: list[Any] = client_of(there).search_model_versions(f"name = '{there.registered_model}'")
    return found
