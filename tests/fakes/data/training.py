"""A small prepared data set in a fake store, and the stages that build on it."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import yaml

from catalog.model_archive import load_model
from fakes.ports.endpoints import FakeEndpoints
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.ports.tracking import FakeTracking
from foundation import locations
from foundation.executions import Execution
from foundation.production.config import production_config_digest
from fraud.data.floors import Floors
from pipeline.evaluate import EvaluateOutput, EvaluateParams, evaluate
from pipeline.prepare import PrepareOutput, PrepareParams, prepare
from pipeline.train import TrainParams, train
from pipeline.training.train_output import TrainOutput

SETTINGS = fake_settings()
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROWS, FRAUDS = 1200, 120
# The quickest algorithm that there is; which one is trained decides nothing here.
QUICK = TrainParams(algorithm="logistic_regression")
EASY = EvaluateParams(resamples=20, batch_rows=50, attempts=1)
NO_BARS = dict.fromkeys(Floors.model_fields, 0.0)  # a model that serves is enough


def execution_of(store: FakeObjectStore, execution_id: str = "run-1") -> Execution:
    return Execution(execution_id, store, SETTINGS, now=lambda: NOON)


def prepared_store(*, simulated: bool = False) -> FakeObjectStore:
    """A store in which `prepare` of run-1 has finished; V1 nearly tells who is a fraud."""
    store = FakeObjectStore()
    store.write(SETTINGS.data_bucket, "raw/creditcard.csv", raw_file())
    if simulated:
        origin = b'{"simulated": true, "source": "made up"}'
        store.write(SETTINGS.data_bucket, "raw/creditcard.csv.origin.json", origin)
    prepare(execution_of(store), PrepareParams(require_digest=False, minimum_rows=100))
    return store


def trained(store: FakeObjectStore, tracking: FakeTracking | None = None) -> TrainOutput:
    return train(execution_of(store), QUICK, tracking or FakeTracking())


def evaluated(store: FakeObjectStore, endpoints: FakeEndpoints) -> EvaluateOutput:
    return evaluate(execution_of(store), EASY, endpoints, FakeTracking())


def endpoints_over(store: FakeObjectStore) -> FakeEndpoints:
    """Endpoints that serve the models of the store, as the serving container does."""
    reader = execution_of(store, "endpoint")
    return FakeEndpoints(lambda digest: load_model(reader, digest).model.scores)


def prepare_result(store: FakeObjectStore) -> PrepareOutput:
    return execution_of(store).result("prepare", PrepareOutput)


def promote(store: FakeObjectStore, **changed: Any) -> None:
    """Put a production configuration there; a `digest` among the changes is kept as it is given."""
    content = {
        "format": 1,
        "promotion_id": "2026-11-20-winner",
        "algorithm": "logistic_regression",
        "hyperparameters": {},
        "decision_threshold": 0.25,
        "metrics": {"average_precision": 0.9},
        "lineage": {},
    } | changed
    content.setdefault("digest", production_config_digest(content))
    store.write(
        SETTINGS.config_bucket, locations.PRODUCTION_CONFIG, yaml.safe_dump(content).encode()
    )


def raw_file() -> bytes:
    random = np.random.default_rng(7)
    labels = np.arange(ROWS) % (ROWS // FRAUDS) == 0
    features = random.normal(size=(ROWS, 28)).round(6)
    features[:, 0] += 4 * labels
    names = ["Time", *(f"V{n}" for n in range(1, 29)), "Amount", "Class"]
    lines = [",".join(names)]
    for row in range(ROWS):
        values = ",".join(map(str, features[row].tolist()))
        lines.append(f"{row * 140},{values},{row % 90}.5,{int(labels[row])}")
    return ("\n".join(lines) + "\n").encode()
