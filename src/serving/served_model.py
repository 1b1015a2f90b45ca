"""Served model: the model of a folder, verified by its golden rows."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from foundation.digests import digest_of_files
from foundation.errors import InvalidData
from fraud.data.arrays import Matrix
from fraud.data.roles import Roles
from fraud.scoring.model_columns import ModelColumns

METADATA = "metadata.json"
MODEL = "model.json"


class Model(Protocol):
    """What is served: a fraud.model.fraud_model.FraudModel, or the fake of a test."""

    @property
    def algorithm(self) -> str: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def categories(self) -> Mapping[str, tuple[str, ...]]: ...

    @property
    def may_miss(self) -> Collection[str]: ...

    @property
    def roles(self) -> Roles: ...

    def scores(self, rows: Matrix) -> Matrix: ...


FromFiles = Callable[[Mapping[str, bytes]], Model]


@dataclass(frozen=True)
class ServedModel:
    """A verified model, its columns, and the digest of its files."""

    model: Model
    columns: ModelColumns
    digest: str


def fraud_model(files: Mapping[str, bytes]) -> Model:
    """Load the model, importing no more than its algorithm needs."""
    from fraud.algorithms.lean_imports import import_lean

    import_lean(json.loads(files[MODEL])["libraries"])
    from fraud.model.fraud_model import FraudModel

    return FraudModel.from_files(files)


def load_served_model(folder: Path, from_files: FromFiles = fraud_model) -> ServedModel:
    """Load the model of `folder`; InvalidData unless it gives its golden rows their scores."""
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    if missing := {METADATA, MODEL} - files.keys():
        message = f"A model folder holds {METADATA} and {MODEL}, but {folder} lacks {missing}."
        raise InvalidData(message)
    model = from_files({name: data for name, data in files.items() if name != METADATA})
    _require_golden_scores(model, json.loads(files[METADATA]))
    return ServedModel(model, ModelColumns.of(model), digest_of_files(files))


def _require_golden_scores(model: Model, metadata: Mapping[str, Any]) -> None:
    rows = np.array(metadata["golden"]["rows"], dtype=np.float64)  # NaN for null
    expected = np.array(metadata["golden"]["scores"], dtype=np.float64)
    if not len(rows) or tuple(metadata["columns"]) != model.columns:
        message = f"{METADATA} must hold golden rows, and the columns of the model."
        raise InvalidData(message)
    found = model.scores(rows)
    if found.shape != expected.shape or not np.allclose(found, expected, rtol=1e-9, atol=0):
        message = (
            f"The model must give its golden rows the scores of the day it was trained, "
            f"{expected.tolist()}, but it gives {found.tolist()}. Its files, or the versions of "
            "its libraries, are not those of the training; it serves nothing."
        )
        raise InvalidData(message)
