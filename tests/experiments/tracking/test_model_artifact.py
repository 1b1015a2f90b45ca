"""Model artifact: what MLflow loads from a run scores as the model that was recorded."""

import io
import json
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from experiments.feature_sets import PLAIN_SET
from experiments.protocol import DataChoice
from experiments.tracking.model_artifact import EXAMPLE, model_files
from fakes.data.labelled_rows import COLUMNS, fake_rows, fitted, quick_fit
from fakes.data.rows_with_gaps import CATEGORIES, gappy_fitted, gappy_rows
from fakes.ports.mlflow_store import mlflow_settings
from fakes.ports.session import fake_session
from foundation.errors import InvalidData
from foundation.settings import Settings, project_root
from foundation.tracking.writer import MlflowTracking, TrackedRun
from fraud.algorithms import ALGORITHMS
from fraud.data.arrays import Matrix
from fraud.model.fraud_model import FraudModel
from fraud.scoring.frame_rows import frame_of_rows
from fraud.scoring.model_columns import ModelColumns
from fraud.simulation.registry import simulation_of
from serving.csv_rows import rows_from_csv

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROWS = fake_rows(5, 200).rows
DESCRIPTIONS = project_root() / "params" / "data"


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


def loaded_from(mlflow: Any, folder: Path, model: FraudModel, rows: Matrix) -> Any:
    """The model as MLflow loads it from files."""
    for name, data in model_files(model, rows).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return mlflow.pyfunc.load_model(str(folder / "model"))


def test_the_signature_names_every_column_and_refuses_rows_without_one(
    mlflow: Any, local: Settings
) -> None:
    loaded = mlflow.pyfunc.load_model(f"runs:/{recorded(local, 'logistic_regression')}/model")
    signature = loaded.metadata.signature
    assert [(each.name, str(each.type)) for each in signature.inputs] == [
        *((name, "DataType.double") for name in COLUMNS[:-1]),
        ("Time", "Any"),  # whole numbers, which pandas holds as int64
    ]
    assert signature.outputs.input_names() == ["fraud_score"]
    frame = pd.DataFrame(ROWS, columns=COLUMNS)
    with pytest.raises(mlflow.MlflowException, match=r"missing inputs.*V3"):
        loaded.predict(frame.drop(columns="V3"))
    with pytest.raises(InvalidData, match="lacks Time"):
        loaded.predict(frame.drop(columns="Time"))


def test_text_is_text_in_signature_and_example_and_gaps_are_null(
    mlflow: Any, tmp_path: Path
) -> None:
    model, rows = gappy_fitted("xgboost"), gappy_rows(1).rows
    rows = rows[np.isnan(rows).any(axis=1)]
    loaded = loaded_from(mlflow, tmp_path, model, rows)
    types = {each.name: str(each.type) for each in loaded.metadata.signature.inputs}
    assert (types["Shop"], types["Channel"], types["V1"]) == (
        "DataType.string", "DataType.string", "DataType.double",
    )  # fmt: skip
    example = json.loads((tmp_path / "model" / EXAMPLE).read_bytes())
    cells = [dict(zip(example["columns"], row, strict=True)) for row in example["data"]]
    assert len(cells) == 5
    assert all(cell["Channel"] in (*CATEGORIES["Channel"], None) for cell in cells)
    assert None in [value for cell in cells for value in cell.values()]
    assert np.array_equal(loaded.predict(loaded.input_example), model.scores(rows[:5]))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_raw_rows_with_text_and_gaps_get_the_scores_of_the_model(
    mlflow: Any, tmp_path: Path, algorithm: str
) -> None:
    model, rows = gappy_fitted(algorithm), gappy_rows(7, 300).rows
    loaded = loaded_from(mlflow, tmp_path, model, gappy_rows(1).rows)
    frame = frame_of_rows(rows, ModelColumns.of(model))
    expected = model.scores(rows)
    assert np.array_equal(loaded.predict(frame), expected)
    assert np.array_equal(loaded.predict(frame.fillna(np.nan)), expected)  # gaps as NaN, not None
    alone = [loaded.predict(frame.iloc[[row]])[0] for row in range(10)]
    assert np.allclose(alone, expected[:10], rtol=1e-12)


@pytest.mark.parametrize("data", sorted(path.stem for path in DESCRIPTIONS.glob("*.yaml")))
def test_a_raw_file_read_by_pandas_gets_the_scores_of_the_endpoint(
    mlflow: Any, tmp_path: Path, data: str
) -> None:
    simulation = simulation_of(data)
    blocks = simulation.blocks(20_000, seed=4)
    raw = simulation.header + "".join(map(simulation.text, blocks))
    choice = DataChoice(data=data)
    session = fake_session(raw.encode(), choice=choice)
    rows = session.development(choice, PLAIN_SET)
    model = quick_fit("xgboost", train=rows.train, validation=rows.validation)

    loaded = loaded_from(mlflow, tmp_path, model, rows.train.rows)
    frame = pd.read_csv(io.StringIO(raw)).head(500)
    found = loaded.predict(frame)

    body = frame[list(model.columns)].to_csv(index=False).encode()
    served = model.scores(rows_from_csv(body, ModelColumns.of(model)))
    assert np.array_equal(found, served)
    assert len(set(found.tolist())) > 10


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
