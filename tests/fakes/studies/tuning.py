"""A small tuned model over fakes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.feature_sets import feature_set_named
from experiments.session import ExperimentSession
from experiments.tuning.params import TuneParams
from experiments.tuning.result import TuningResult
from experiments.tuning.run import run_search
from fakes.ports.session import fake_session
from fakes.ports.tracking import FakeTracking

ASKED: dict[str, Any] = {
    "algorithms": ["logistic_regression"], "trials": 5, "batch": 2, "folds": 2, "confirm": 2,
    "resamples": 60, "workers": 1, "bags": 2, "seed": 1,
}  # fmt: skip


def session_in(folder: Path, tracking: FakeTracking | None = None) -> ExperimentSession:
    """An experiment session over fakes that keeps its studies in `folder`."""
    session = fake_session(tracking=tracking)
    settings = session.settings.model_copy(update={"state_directory": folder})
    return replace(session, settings=settings)


def tuned_in(session: ExperimentSession, **asked: Any) -> TuningResult:
    params = TuneParams(**{**ASKED, **asked})
    features = feature_set_named(params.features)
    return run_search(params, features, session, lambda *_: None)
