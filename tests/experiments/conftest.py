"""Fixtures of the experiments: one finished experiment of each kind."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from fakes.studies.local_fit_pool import local_fit_pools

if TYPE_CHECKING:
    from typing import Any

    from experiments.ablation.result import Ablation
    from experiments.comparison.result import Comparison
    from experiments.exploration.result import Exploration
    from experiments.session import ExperimentSession
    from experiments.tuning.result import TuningResult


@pytest.fixture(scope="session", autouse=True)
def fits_in_this_process() -> Iterator[None]:
    """Start no process for a fit; tests of the pool itself and end-to-end tests start real ones."""
    with local_fit_pools():
        yield


@pytest.fixture(scope="session")
def tuned(
    tmp_path_factory: pytest.TempPathFactory,
) -> "tuple[TuningResult, ExperimentSession]":
    """A small search that has ended, and the session that it was recorded in: only read it."""
    from fakes.studies.tuning import session_in, tuned_in

    session = session_in(tmp_path_factory.mktemp("tuned"))
    return tuned_in(session), session


@pytest.fixture(scope="session")
def compared() -> "tuple[Comparison, ExperimentSession]":
    """A small comparison of two algorithms, and its session: only read it."""
    from experiments.compare import compare_algorithms
    from fakes.ports.session import fake_session

    session = fake_session()
    two = ["logistic_regression", "random_forest"]
    small = {"folds": 2, "resamples": 60, "workers": 1}
    return compare_algorithms(session=session, algorithms=two, **small), session


@pytest.fixture(scope="session")
def explored() -> "tuple[Exploration, ExperimentSession]":
    """A small exploration, and its session: only read it."""
    from experiments.explore import explore
    from fakes.ports.session import fake_session

    session = fake_session()
    return explore(session=session, resamples=50, workers=1), session


@pytest.fixture(scope="session")
def ablated() -> "tuple[Ablation, ExperimentSession]":
    """A small ablation, one set of which the data cannot have, and its session: only read it."""
    from experiments.features import try_features
    from fakes.ports.session import fake_session

    session = fake_session()
    sets = {
        "plain": [],
        "amounts": ["log_amount", "robust_amount"],
        "pairs": [{"interactions": {"pairs": 2}}],
        "risk": [{"delayed_risk": {"entity": "terminal"}}],
    }
    ablation = try_features(
        session=session, algorithm="logistic_regression", feature_sets=sets, folds=2,
        resamples=60, workers=1,
    )  # fmt: skip
    return ablation, session


@pytest.fixture(scope="session", params=["fake", "mlflow"])
def recorded_runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> "tuple[Any, dict[str, str]]":
    """A tracking server with `fakes.studies.recorded_runs`, and their ids by name: read only."""
    from fakes.ports.mlflow_store import mlflow_settings
    from fakes.ports.tracking import FakeTracking
    from fakes.studies.recorded_runs import record_runs
    from foundation.tracking.writer import MlflowTracking

    if request.param == "fake":
        fake = FakeTracking()
        return fake, record_runs(fake)
    tracking = MlflowTracking(mlflow_settings(tmp_path_factory.mktemp("runs")))
    return tracking, record_runs(tracking)
