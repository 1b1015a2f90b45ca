"""Kills in MLflow: a process that dies at any statement it sends to the database of the registry.

A registered model, its version, its tags and its aliases are many statements in several
transactions. Here a promotion is really killed before each of them, and before each commit.
"""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from fakes.faults.fault_scenarios import Ended, attempted
from fakes.faults.http_fault_scenarios import left_problems
from fakes.faults.process_forker import ProcessForker
from fakes.ports.kms import with_kms_key
from fakes.ports.mlflow_store import mlflow_settings
from fakes.promotions.promotions import FIRST, SECOND, promote
from fakes.promotions.recovery_checks import snapshot
from fakes.promotions.remote_production import remote_production, with_own_bucket
from fakes.studies.run_trees import MODEL, run_of
from foundation.settings import Settings
from foundation.tracking.model_registry import MlflowRegistry
from foundation.tracking.server import silence_mlflow
from foundation.tracking.writer import MlflowTracking
from promotion.production import ProductionSession
from promotion.protocol.recovery import recover

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NOBODY = -1  # is killed at this statement


def with_mlflow(settings: Settings) -> ProductionSession:
    production = remote_production(settings, Path("no folder: MLflow is the registry"))
    return replace(production, registry=MlflowRegistry(settings))


def ready_to_die(settings: Settings, candidate: dict[str, Any], at: int) -> Callable[[], Ended]:
    """A promotion that is killed before a statement; who lives says how many there were."""
    silence_mlflow()
    import mlflow.tracking.client  # noqa: F401 - three seconds, once
    from sqlalchemy import Engine, event

    def run() -> Ended:
        numbers = count()

        def perhaps_die(*_: Any) -> None:
            if next(numbers) == at:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", perhaps_die)
        event.listen(Engine, "commit", perhaps_die)
        ended = attempted(lambda place: promote(place, candidate), with_mlflow(settings))
        return Ended(ended.kind, ended.message or str(next(numbers)))

    return run


@dataclass
class Registry:
    """An emulated AWS beside a real MLflow store, with a run for each candidate."""

    settings: Settings
    forker: ProcessForker
    candidates: list[dict[str, Any]]

    def run_scenario(self, at: int) -> tuple[Ended, list[str]]:
        """Promote the second after the first, to be killed at a statement; and what is wrong
        after a recovery."""
        model = f"fraud-{uuid4()}"
        own = with_own_bucket(self.settings).model_copy(update={"registered_model": model})
        production = with_mlflow(own)
        promote(production, self.candidates[0])
        before = snapshot(production)
        self.forker.fork(own, self.candidates[1], at)
        ended = self.forker.run_scenario()
        recover(production)
        return ended, [f"killed at {at}: {each}" for each in left_problems(production, before)]


@pytest.fixture(scope="module")
def registry(local_aws: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    store = mlflow_settings(tmp_path_factory.mktemp("mlflow"))
    places = {name: getattr(store, name) for name in ("tracking_uri", "artifact_uri")}
    settings = with_kms_key(local_aws).model_copy(update=places)
    forker = ProcessForker(ready_to_die)
    yield Registry(settings, forker, [recorded(settings, each) for each in (FIRST, SECOND)])
    forker.close()


def recorded(settings: Settings, candidate: dict[str, Any]) -> dict[str, Any]:
    """The candidate as one whose run is tracked, and kept a model."""
    run_id = MlflowTracking(settings).log(run_of("tuning", candidate["algorithm"]), MODEL)
    return {**candidate, "lineage": {**candidate["lineage"], "run_id": run_id}}


def test_a_kill_at_a_statement_leaves_a_registry_that_is_recovered(registry: Registry) -> None:
    ended, found = registry.run_scenario(NOBODY)
    assert (ended.kind, found) == (None, [])
    statements = int(ended.message)

    for at in range(statements - 5, 0, -(statements // 2)):
        ended, found = registry.run_scenario(at)
        assert (ended.kind, found) == ("Killed", [])


@pytest.mark.laws
@pytest.mark.parametrize("first", range(2))
def test_a_kill_at_any_statement_leaves_a_registry_that_is_recovered(
    registry: Registry, first: int
) -> None:
    broken: list[str] = []
    for at in count(first, 2):
        ended, found = registry.run_scenario(at)
        broken += found
        if ended.kind != "Killed":
            break
    assert broken == []
