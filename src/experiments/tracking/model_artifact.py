"""Model artifact: a fraud model as the folder from which MLflow loads it, without pickle."""

import importlib.metadata
import json
import math
import platform
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from catalog.recorded_runs import FOLDER, OWN_FILES
from fraud.data.arrays import Matrix

if TYPE_CHECKING:
    from fraud.model.fraud_model import FraudModel

SCORER = Path(__file__).with_name("mlflow_scorer.py")
OUTPUT = "fraud_score"
EXAMPLE_ROWS = 5
ALWAYS_NEEDED = ("mlflow", "numpy", "pandas", "pydantic", "PyYAML", "scipy")
# What is installed to load a model of a library; of the two XGBoosts one is there.
DISTRIBUTIONS = {
    "sklearn": ("scikit-learn", "skops"),
    "torch": ("torch", "safetensors", "skorch", "scikit-learn"),
    "xgboost": ("xgboost-cpu", "xgboost"),
}
EXAMPLE, SERVING_EXAMPLE = "input_example.json", "serving_input_example.json"


def model_files(model: "FraudModel", example: Matrix) -> dict[str, bytes]:
    """Give the files of an MLflow model, under `model/`, to be recorded with a run.

    `mlflow.pyfunc.load_model("runs:/RUN/model").predict(frame)` then gives `model.scores`. The
    first rows of `example` show what it takes. The files are written here because MLflow's own
    `save_model` takes seconds, warns, and leaves paths of this machine in them.
    """
    own = {f"{OWN_FILES}/{name}": data for name, data in model.to_files().items()}
    files = {SCORER.name: SCORER.read_bytes(), **own, **_example_files(model, example)}
    files |= _environment_files(model)
    files["MLmodel"] = _description(model)
    return {f"{FOLDER}/{name}": data for name, data in files.items()}


def _description(model: "FraudModel") -> bytes:
    flavor = {
        "loader_module": "mlflow.pyfunc.loaders.code_model",
        "model_code_path": SCORER.name,
        "artifacts": {"model": {"path": OWN_FILES, "uri": OWN_FILES}},
        "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
        "python_version": platform.python_version(),
        "streamable": False,
        "code": None,
    }
    described = {
        "flavors": {"python_function": flavor},
        "mlflow_version": importlib.metadata.version("mlflow"),
        "model_uuid": uuid.uuid4().hex,
        "saved_input_example_info": {
            "artifact_path": EXAMPLE,
            "serving_input_path": SERVING_EXAMPLE,
            "type": "dataframe",
            "pandas_orient": "split",
        },
        "signature": {"inputs": _doubles(model.columns), "outputs": _doubles([OUTPUT])},
        "utc_time_created": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}",
    }
    return _yaml(described)


def _doubles(names: Iterable[str]) -> str:
    return json.dumps([{"type": "double", "name": name, "required": True} for name in names])


def _example_files(model: "FraudModel", example: Matrix) -> dict[str, bytes]:
    rows = [
        [None if math.isnan(value) else value for value in row]
        for row in example[:EXAMPLE_ROWS].tolist()
    ]
    split = {"columns": list(model.columns), "data": rows}
    return {
        EXAMPLE: json.dumps(split).encode(),
        SERVING_EXAMPLE: json.dumps({"dataframe_split": split}).encode(),
    }


def _environment_files(model: "FraudModel") -> dict[str, bytes]:
    """What MLflow installs to load the model elsewhere; this project is not on any index."""
    python, requirements = platform.python_version(), _requirements(model)
    conda = {
        "name": "mlflow-env",
        "channels": ["conda-forge"],
        "dependencies": [f"python={python}", "pip", {"pip": requirements}],
    }
    virtualenv = {"python": python, "dependencies": ["-r requirements.txt"]}
    return {
        "requirements.txt": ("\n".join(requirements) + "\n").encode(),
        "conda.yaml": _yaml(conda),
        "python_env.yaml": _yaml(virtualenv),
    }


def _requirements(model: "FraudModel") -> list[str]:
    needed = {*ALWAYS_NEEDED}
    for library in model.description.libraries:
        needed |= set(DISTRIBUTIONS.get(library, (library,)))
    versions = {name: _installed_version(name) for name in sorted(needed)}
    return [f"{name}=={version}" for name, version in versions.items() if version]


def _installed_version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _yaml(content: Any) -> bytes:
    return yaml.safe_dump(content, sort_keys=False).encode()
