"""Model artifact: a fraud model as a folder that MLflow loads, without pickle."""

import importlib.metadata
import json
import logging
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from catalog.recorded_runs import FOLDER, OWN_FILES
from foundation.tracking.server import silence_mlflow
from fraud.data.arrays import Floats, Matrix
from fraud.scoring.frame_rows import frame_of_rows
from fraud.scoring.model_columns import ModelColumns

if TYPE_CHECKING:
    from fraud.model.fraud_model import FraudModel

SCORER = Path(__file__).with_name("mlflow_scorer.py")
OUTPUT = "fraud_score"
EXAMPLE_ROWS = 5
ALWAYS_NEEDED = ("mlflow", "numpy", "pandas", "pydantic", "PyYAML", "scipy")
# Distributions that a model of a library needs when loaded; one of the two XGBoosts is installed.
DISTRIBUTIONS = {
    "sklearn": ("scikit-learn", "skops"),
    "torch": ("torch", "safetensors", "skorch", "scikit-learn"),
    "xgboost": ("xgboost-cpu", "xgboost"),
}
EXAMPLE, SERVING_EXAMPLE = "input_example.json", "serving_input_example.json"


def model_files(model: "FraudModel", rows: Matrix) -> dict[str, bytes]:
    """Return the files of an MLflow model, under `model/`, to be recorded with a run.

    `mlflow.pyfunc.load_model("runs:/RUN/model").predict(frame)` then returns the scores of a pandas
    frame of raw rows. The first of `rows`, which are rows that the model was fitted on, are the
    input example of the MLflow model.
    """
    with TemporaryDirectory(prefix="ceap-model-") as folder:
        own, saved = Path(folder, OWN_FILES), Path(folder, FOLDER)
        own.mkdir(parents=True)
        for name, data in model.to_files().items():
            (own / name).write_bytes(data)
        _save(model, own, rows, saved)
        files = sorted(file for file in saved.rglob("*") if file.is_file())
        return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def _save(model: "FraudModel", own: Path, rows: Matrix, saved: Path) -> None:
    """Write the MLflow model `saved`: the code of the scorer, and `own`, its files."""
    mlflow, columns = _mlflow(), ModelColumns.of(model)
    with warnings.catch_warnings():
        # MLflow 3.17 uses what pandas 3 deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        mlflow.pyfunc.save_model(
            path=str(saved),
            python_model=str(SCORER),
            artifacts={"model": str(own)},
            signature=_signature(mlflow, rows, columns),
            input_example=frame_of_rows(rows[:EXAMPLE_ROWS], columns),
            pip_requirements=_requirements(model),
        )
    _make_relative(mlflow, saved)
    for name in (EXAMPLE, SERVING_EXAMPLE):
        _write_nulls(saved / name)


def _make_relative(mlflow: Any, saved: Path) -> None:
    """Name files by their place in the folder; MLflow notes where they were on this machine."""
    described = mlflow.models.Model.load(str(saved))
    flavor = described.flavors["python_function"]
    flavor["model_code_path"] = SCORER.name
    for artifact in flavor["artifacts"].values():
        artifact["uri"] = artifact["path"]
    described.save(str(saved / "MLmodel"))


def _write_nulls(file: Path) -> None:
    """Write missing values as null; MLflow writes NaN, which is not JSON."""
    example = json.loads(file.read_text(), parse_constant=lambda _: None)
    file.write_text(json.dumps(example))


def _signature(mlflow: Any, rows: Matrix, columns: ModelColumns) -> Any:
    types = mlflow.types
    score = types.ColSpec(types.DataType.double, OUTPUT)
    inputs = [
        _column(mlflow, name, rows[:, place], is_text=name in columns.categories)
        for place, name in enumerate(columns.names)
    ]
    return mlflow.models.ModelSignature(inputs=types.Schema(inputs), outputs=types.Schema([score]))


def _column(mlflow: Any, name: str, values: Floats, *, is_text: bool) -> Any:
    """Return the type of a raw column: text is `string`, numbers are `double` or `any`.

    `any` where all that the model was fitted on are whole numbers: pandas holds those as int64,
    which MLflow does not take for `double`.
    """
    types = mlflow.types
    if is_text:
        return types.ColSpec(types.DataType.string, name)
    known = values[~np.isnan(values)]
    if np.array_equal(known, np.floor(known)):
        return types.ColSpec(types.schema.AnyType(), name, required=False)
    return types.ColSpec(types.DataType.double, name)


def _mlflow() -> Any:
    silence_mlflow()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the type hints of its own chat models
        import mlflow.models
        import mlflow.pyfunc
        import mlflow.types
    # When a notebook has imported MLflow before, it still logs each example that it validates.
    logging.getLogger("mlflow.pyfunc").setLevel(logging.WARNING)
    return mlflow


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
