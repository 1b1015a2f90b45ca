"""A real MLflow store for a test, copied from one that is made once a run of the tests."""

import atexit
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

from fakes.ports.settings import fake_settings
from foundation.settings import Settings
from foundation.tracking.writer import MlflowTracking


def mlflow_settings(state: Path) -> Settings:
    """Settings whose tracking store lies in `state`: empty, its tables written (they take 8 s)."""
    folder = state / "mlflow"
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_empty_store(), folder / "mlflow.db")
    return _settings(state)


def _settings(state: Path) -> Settings:
    places = {
        "tracking_uri": f"sqlite:///{state}/mlflow/mlflow.db",
        "artifact_uri": f"file://{state}/mlflow/artifacts",
    }
    return fake_settings(state).model_copy(update=places)


@lru_cache(maxsize=1)
def _empty_store() -> Path:
    state = Path(tempfile.mkdtemp(prefix="ceap-empty-mlflow-"))
    atexit.register(shutil.rmtree, state, ignore_errors=True)
    MlflowTracking(_settings(state)).find(["no such experiment"])
    return state / "mlflow" / "mlflow.db"
