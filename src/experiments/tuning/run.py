"""Run of a search: trials, confirmation, winner, one test of the winner, and the recording."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.evaluation.production_floors import ProductionFloors
from experiments.feature_sets import FeatureSet
from experiments.progress import Interrupted, print_above_bar, progress
from experiments.search.events import StudyProgress
from experiments.search.opening import open_study
from experiments.search.study import Study
from experiments.search.workers import run_workers
from experiments.tuning.confirmation import confirm, finalists, fresh_folds
from experiments.tuning.result import TuningResult
from experiments.tuning.storage import study_place
from experiments.tuning.tracking import StudyRecorder
from experiments.tuning.winner import fit_winner
from experiments.tuning.worker import WORKER, WorkOrder
from foundation.errors import InvalidData

if TYPE_CHECKING:
    from experiments.session import ExperimentSession
    from experiments.tuning.params import TuneParams
    from foundation.progress import OnProgress

OnStudyProgress = Callable[[StudyProgress], None]
Search = Callable[[Study, WorkOrder, OnStudyProgress], None]


def search_in_processes(study: Study, order: WorkOrder, on_progress: OnStudyProgress) -> None:
    """Run the trials in worker processes, so that a crash there does not end this process."""
    with tempfile.TemporaryDirectory(prefix="ceap-tune-") as folder:
        file = Path(folder, "order.json")
        file.write_bytes(order.to_json())
        if order.params.storage:
            shared = Path(f"{study.request.name}.order.json")
            shared.write_bytes(order.to_json())
            print_above_bar(
                f"Other machines help with: python -P -m experiments.tuning.worker {shared}"
            )
        run_workers(
            [*WORKER, str(file)], study=study, count=order.params.workers, on_progress=on_progress
        )


def run_search(
    params: "TuneParams",
    features: FeatureSet,
    session: "ExperimentSession",
    on_trial: "OnProgress[str] | None" = None,
    search: Search = search_in_processes,
) -> TuningResult:
    """Search, confirm the best few on fresh folds, fit the winner, and record all of it."""
    floors = ProductionFloors.read(params.data)
    development = session.development(params, features)
    session.print_cautions(development.manifest)
    request = params.request(features, development.manifest.data_digest)
    storage = study_place(params, session.settings)
    study = open_study(request, storage)
    recording = StudyRecorder(study, params, features, development, session)
    order = WorkOrder(params=params, features=features, until=_deadline(params))
    with recording.flush_on_exit():
        with progress("Searching", on_trial) as on_progress:
            _run_trials(study, order, search, _SearchObserver(on_progress, recording))
        contending = finalists(study.completed(), params, features)
        if not contending:
            raise InvalidData(_nothing_completed(study))
        folds = fresh_folds(development, params)
        own_pools = session.cross_validation(development, features.history, folds)
        with own_pools.in_one_pool(params.workers) as validation:
            with progress("Confirming", on_trial) as on_progress:
                confirmation = confirm(contending, validation, params, on_progress)
            with progress("The winner", on_trial) as on_progress:
                winner = fit_winner(
                    confirmation, validation, params, features, session, on_progress
                )
    result = TuningResult(
        params=params,
        study=request.name,
        storage=storage,
        development=development,
        trials=study.trials(),
        optuna_study=study.in_memory(),
        confirmation=confirmation,
        winner=winner,
        floors=floors,
    )
    return recording.close(result)


@dataclass
class _SearchObserver:
    """Passes the progress of a search to the bar and to the tracking server."""

    on_progress: "OnProgress[str]"
    recording: StudyRecorder

    def __call__(self, state: StudyProgress) -> None:
        state.tell(self.on_progress)
        self.recording.send_finished()


def _deadline(params: "TuneParams") -> datetime | None:
    return datetime.now(UTC) + timedelta(seconds=params.seconds) if params.seconds else None


def _run_trials(
    study: Study, order: WorkOrder, search: Search, on_progress: OnStudyProgress
) -> None:
    try:
        search(study, order, on_progress)
    except KeyboardInterrupt:
        kept = f"{study.progress().finished} finished trials are kept in study {study.request.name}"
        raise Interrupted(kept, "the same search") from None


def _nothing_completed(study: Study) -> str:
    reasons = {trial.reason for trial in study.trials() if trial.reason}
    listed = "; ".join(sorted(reasons)[:3]) or "the budget ended before any trial did"
    return (
        f"No trial of study {study.request.name} was completed: {listed}. Nothing was chosen. "
        "Give more trials or seconds, or another search space."
    )
