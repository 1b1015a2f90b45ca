"""A small tuned model over fakes, the trials run in this process."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from experiments.feature_sets import feature_set_named
from experiments.search.study import Study
from experiments.session import ExperimentSession
from experiments.tuning.objective import FoldObjective
from experiments.tuning.params import TuneParams
from experiments.tuning.result import TuningResult
from experiments.tuning.run import OnStudyProgress, Search, run_search
from experiments.tuning.worker import WorkOrder
from fakes.ports.session import fake_session
from fakes.ports.tracking import FakeTracking
from fraud.data.folds import make_folds

ASKED: dict[str, Any] = {
    "algorithms": ["logistic_regression"], "trials": 5, "batch": 2, "folds": 2, "confirm": 2,
    "resamples": 60, "workers": 1, "bags": 2, "seed": 1,
}  # fmt: skip


def session_in(folder: Path, tracking: FakeTracking | None = None) -> ExperimentSession:
    """An experiment session over fakes that keeps its studies in `folder`."""
    session = fake_session(tracking=tracking)
    settings = session.settings.model_copy(update={"state_directory": folder})
    return replace(session, settings=settings)


def search_in(session: ExperimentSession) -> Search:
    """Run the trials in this process, as each worker does in its own."""

    def search(study: Study, order: WorkOrder, on_progress: OnStudyProgress) -> None:
        params = order.params
        train = session.development(params, order.features).train
        recipe = params.recipe(order.features)
        objective = FoldObjective(train, make_folds(train, params.fold_plan), recipe)
        study.work(objective, until=order.until, on_event=lambda _: on_progress(study.progress()))

    return search


def tuned_in(session: ExperimentSession, **asked: Any) -> TuningResult:
    params = TuneParams(**{**ASKED, **asked})
    features = feature_set_named(params.features)
    return run_search(params, features, session, lambda *_: None, search_in(session))
