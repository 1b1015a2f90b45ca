"""A real MLflow store on SQLite, and the same contract over it and the fake."""

from typing import Any

import pytest

from fakes.ports.mlflow_store import mlflow_settings
from fakes.ports.tracking import FakeTracking
from foundation.settings import Settings
from foundation.tracking.writer import MlflowTracking


@pytest.fixture(scope="package")
def local(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return mlflow_settings(tmp_path_factory.mktemp("state with a space"))


@pytest.fixture(scope="package")
def mlflow_tracking(local: Settings) -> MlflowTracking:
    return MlflowTracking(local)


@pytest.fixture(params=["fake", "mlflow"])
def tracking(request: pytest.FixtureRequest) -> Any:
    return FakeTracking() if request.param == "fake" else request.getfixturevalue("mlflow_tracking")
