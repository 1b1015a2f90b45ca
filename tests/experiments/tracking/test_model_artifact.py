"""Model artifact: what MLflow loads from a run scores as the model that was recorded."""

import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from experiments.tracking.model_artifact import EXAMPLE, model_files
from fakes.data.labelled_rows import COLUMNS, fake_rows, fitted
from fakes.ports.mlflow_store import mlflow_settings
from foundation.settings import Settings
from foundation.tracking.writer import MlflowTracking, TrackedRun
from fraud.algorithms import ALGORITHMS

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROWS = fake_rows(5, 200).rows


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return mlflow_settings(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="module")
def mlflow(local: Settings) -> Any:
    MlflowTracking(local).find(None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the type hints of its own chat models
        import mlflow.pyfunc

    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(local.tracking_uri)
    yield mlflow
    mlflow.set_tracking_uri(before)


def recorded(local: Settings, algorithm: str) -> str:
    run = TrackedRun(
        experiment="models", name=algorithm, started_at=NOON, finished_at=NOON,
        params={}, tags={}, metrics={},
    )  # fmt: skip
    return MlflowTracking(local).log(run, model_files(fitted(algorithm), ROWS))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_model_that_mlflow_loads_from_a_run_gives_the_very_scores(
    mlflow: Any, local: Settings, algorithm: str
) -> None:
    loaded = mlflow.pyfunc.load_model(f"runs:/{recorded(local, algorithm)}/model")
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    expected = fitted(algorithm).scores(ROWS)
    assert np.array_equal(loaded.predict(frame), expected)
    shuffled = frame[list(reversed(COLUMNS))].assign(unknown="column")
    assert np.array_equal(loaded.predict(shuffled), expected)


def test_the_signature_names_every_column_and_refuses_rows_without_one(
    mlflow: Any, local: Settings
) -> None:
    loaded = mlflow.pyfunc.load_model(f"runs:/{recorded(local, 'logistic_regression')}/model")
    signature = loaded.metadata.signature
    assert [(each.name, str(each.type)) for each in signature.inputs] == [
        (name, "DataType.double") for name in COLUMNS
    ]
    assert signature.outputs.input_names() == ["fraud_score"]
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    with pytest.raises(mlflow.MlflowException, match=r"missing inputs.*V3"):
        loaded.predict(frame.drop(columns="V3"))


def test_the_example_scores_and_shows_a_missing_value_as_null(
    mlflow: Any, local: Settings, tmp_path: Path
) -> None:
    gaps = ROWS.copy()
    gaps[0, 0] = np.nan
    for name, data in model_files(fitted("xgboost"), gaps).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    loaded = mlflow.pyfunc.load_model(str(tmp_path / "model"))
    assert np.array_equal(loaded.predict(loaded.input_example), fitted("xgboost").scores(gaps[:5]))
    assert b"NaN" not in (tmp_path / "model" / EXAMPLE).read_bytes()


def test_nothing_is_pickled_and_no_path_of_this_machine_is_left() -> None:
    files = model_files(fitted("xgboost"), ROWS)
    description = yaml.safe_load(files["model/MLmodel"])["flavors"]["python_function"]
    assert "python_model" not in description
    assert description["model_code_path"] == "mlflow_scorer.py"
    assert not [name for name in files if name.endswith((".pkl", ".pickle"))]
    here = str(Path(__file__).parents[3]).encode()
    assert not [name for name, data in files.items() if here in data or b"ceap-model-" in data]


def test_writing_a_model_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    assert model_files(fitted("logistic_regression"), ROWS)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("algorithm", "library"),
    [("xgboost", "xgboost"), ("logistic_regression", "scikit-learn"), ("neural_network", "torch")],
)
def test_the_requirements_are_pinned_and_name_the_library_of_the_algorithm(
    algorithm: str, library: str
) -> None:
    files = model_files(fitted(algorithm), ROWS)
    lines = files["model/requirements.txt"].decode().splitlines()
    assert all("==" in line for line in lines)
    assert any(line.startswith(library) for line in lines)
    assert {"mlflow", "numpy", "pandas"} <= {line.split("==")[0] for line in lines}


def test_a_recorded_model_can_be_registered(mlflow: Any, local: Settings) -> None:
    run_id = recorded(local, "logistic_regression")
    version = mlflow.register_model(f"runs:/{run_id}/model", "fraud")
    assert version.run_id == run_id
    loaded = mlflow.pyfunc.load_model(f"models:/fraud/{version.version}")
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    assert np.array_equal(loaded.predict(frame), fitted("logistic_regression").scores(ROWS))
