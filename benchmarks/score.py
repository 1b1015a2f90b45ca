"""Score: the stage on 10,000 transactions, through a real endpoint on a local AWS of its own.

The stage's own work is everything but the model: reading, checking, writing, talking HTTP. It is
measured against an endpoint that answers at once; the line after it has a real one.
"""

import re
import time
from datetime import date
from typing import Any

import numpy as np
import orjson

from benchmarks._local import local_aws
from foundation import locations
from foundation.digests import digest_of_files
from foundation.executions import Execution
from foundation.settings import Settings
from foundation.stores.archives import pack
from foundation.stores.object_store import S3ObjectStore
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles
from fraud.model.fraud_model import fit
from fraud.simulation.creditcard import creditcard_like
from pipeline.score import ScoreParams, score
from pipeline.services.endpoints import Endpoints, SageMakerEndpoints

ROWS, ROUNDS = 10_000, 5
TARGET_SECONDS = 1.0
DAY = date(2026, 11, 21)
COLUMNS = (*(f"V{number}" for number in range(1, 29)), "Amount", "Time")


class InstantEndpoints:
    """An endpoint whose model takes no time: it answers each row of a request with 0.5."""

    def __init__(self, digest: str) -> None:
        self._digest = digest

    def invoke(self, _name: str, body: bytes, _content_type: str) -> bytes:
        rows = body.count(b"\n") - 1
        return orjson.dumps({"model_digest": self._digest, "scores": [0.5] * rows})


def main() -> None:
    with local_aws() as settings:
        report(settings)


def report(settings: Settings) -> None:
    store = S3ObjectStore(settings)
    digest = deployed(store, settings)
    delivered(store, settings)
    own = min(stage_seconds(store, settings, InstantEndpoints(digest)) for _ in range(ROUNDS))
    real = SageMakerEndpoints(settings)
    whole = min(stage_seconds(store, settings, real) for _ in range(ROUNDS))
    verdict = "reached" if own < TARGET_SECONDS else "MISSED"
    print(f"  the stage's own work        {own:6.3f} s   target {TARGET_SECONDS:g} s: {verdict}")
    print(f"  with the endpoint's answers {whole:6.3f} s   {ROWS / whole:,.0f} transactions/s")


def stage_seconds(store: S3ObjectStore, settings: Settings, endpoints: Any) -> float:
    execution = Execution("interactive-benchmark", store, settings, day=DAY)
    start = time.perf_counter()
    score(execution, ScoreParams(), endpoints)
    return time.perf_counter() - start


def deployed(store: S3ObjectStore, settings: Settings) -> str:
    """Train a model on simulated transactions and serve it."""
    rows = creditcard_like(20_000, frauds=200, seed=1)
    labels = rows["Class"].to_numpy().astype(np.int8)
    split = LabelledRows(
        COLUMNS,
        rows.select(COLUMNS).to_numpy().astype(np.float64),
        labels,
        roles=Roles.last_two(COLUMNS),
    )
    model = fit("xgboost", {}, split, split, seed=1)
    golden = {"rows": split.rows[:3].tolist(), "scores": model.scores(split.rows[:3]).tolist()}
    metadata = {"format": 1, "columns": COLUMNS, "golden": golden}
    files = {**model.to_files(), "metadata.json": orjson.dumps(metadata)}
    digest = digest_of_files(files)
    store.write(settings.models_bucket, locations.model_archive_key(digest), pack(files))
    endpoints: Endpoints = SageMakerEndpoints(settings)
    endpoints.deploy(settings.endpoint_name, model_digest=digest)
    content = {"name": settings.endpoint_name, "model_digest": digest, "columns": COLUMNS}
    store.write(settings.config_bucket, locations.ENDPOINT, orjson.dumps(content))
    return digest


def delivered(store: S3ObjectStore, settings: Settings) -> None:
    """Deliver a day of simulated transactions."""
    rows = creditcard_like(ROWS, seed=2).select(COLUMNS)
    batch = [
        {
            "id": f"t-{number:08d}",
            "timestamp": f"{DAY}T{number % 24:02d}:30:00Z",
            "amount": row["Amount"],
            "category": "electronics",
            "features": {name: value for name, value in row.items() if re.match("V", name)},
        }
        for number, row in enumerate(rows.iter_rows(named=True))
    ]
    store.write(settings.data_bucket, locations.daily_batch_key(DAY), orjson.dumps(batch))
