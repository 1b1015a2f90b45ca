"""An XGBoost model behind an endpoint of a local AWS of its own, for the benchmarks of scoring."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from benchmarks._local import local_aws
from foundation import locations
from foundation.digests import digest_of_files
from foundation.settings import Settings
from foundation.stores.archives import pack
from foundation.stores.object_store import S3ObjectStore
from fraud.data.arrays import Matrix
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles
from fraud.model.fraud_model import FraudModel, fit
from fraud.simulation.creditcard import COMPONENTS, creditcard_like
from pipeline.services.endpoints import SageMakerEndpoints

NAME = "benchmark"
COLUMNS = (*COMPONENTS, "Amount", "Time")
ROWS = 10_000
TRAINED_ON, FRAUDS, TREES = 50_000, 200, 300


@dataclass(frozen=True)
class Served:
    """A model, the same model as a folder and behind an endpoint, and rows that it never saw."""

    model: FraudModel
    folder: Path
    endpoints: SageMakerEndpoints
    rows: Matrix


@contextmanager
def served_model() -> Iterator[Served]:
    # As `serving` has it: waiting threads that spin would slow down whatever is measured beside.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    with local_aws() as settings:
        yield _deployed(settings, settings.state_directory / "model")


def _deployed(settings: Settings, folder: Path) -> Served:
    data = _rows(TRAINED_ON + ROWS)
    train = LabelledRows(COLUMNS, data.rows[ROWS:], data.labels[ROWS:], roles=data.roles)
    # As many trees as the reference data gives, whenever validation would have stopped.
    trees = {"n_estimators": TREES, "early_stopping_rounds": TREES}
    model = fit("xgboost", trees, train, train, seed=0)
    golden = {"rows": data.rows[:5].tolist(), "scores": model.scores(data.rows[:5]).tolist()}
    metadata = {"format": 1, "columns": COLUMNS, "golden": golden}
    files = {**model.to_files(), "metadata.json": orjson.dumps(metadata)}
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    digest = digest_of_files(files)
    archive = locations.model_archive_key(digest)
    S3ObjectStore(settings).write(settings.models_bucket, archive, pack(files))
    endpoints = SageMakerEndpoints(settings)
    endpoints.deploy(NAME, model_digest=digest)
    return Served(model, folder, endpoints, data.rows[:ROWS])


def _rows(count: int) -> LabelledRows:
    table = creditcard_like(count, frauds=FRAUDS, seed=7)
    table = table.sample(fraction=1.0, shuffle=True, seed=7)
    rows = table.select(COLUMNS).to_numpy().astype(np.float64)
    rows[:, -1] %= 86_400
    return LabelledRows(
        COLUMNS,
        np.ascontiguousarray(rows),
        table["Class"].to_numpy().astype("i1"),
        roles=Roles.last_two(COLUMNS),
    )
