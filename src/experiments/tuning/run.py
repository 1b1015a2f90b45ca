"""Run of a search: trials, confirmation, winner, one test of the winner, and the recording."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from experiments.evaluation.fit_pool import FitPool, OutOfTime
from experiments.evaluation.production_floors import ProductionFloors
from experiments.feature_sets import FeatureSet
from experiments.progress import Interrupted, print_above_bar, progress
from experiments.search.journal import StudyJournal
from experiments.search.record import StudyRecord
from experiments.search.study import Study
from experiments.search.trials import FinishedTrial
from experiments.tuning.budget import Budget
from experiments.tuning.confirmation import confirm, finalists, fresh_folds
from experiments.tuning.result import TuningResult
from experiments.tuning.tracking import StudyRecorder
from experiments.tuning.trial_fits import PooledFits
from experiments.tuning.winner import fit_winner
from foundation.errors import InvalidData
from fraud.data.folds import make_folds
from fraud.data.labelled_rows import LabelledRows

if TYPE_CHECKING:
    from experiments.session import ExperimentSession
    from experiments.tuning.params import TuneParams
    from foundation.progress import OnProgress


def run_search(
    params: "TuneParams",
    features: FeatureSet,
    session: "ExperimentSession",
    on_trial: "OnProgress[str] | None" = None,
) -> TuningResult:
    """Search, confirm the best few on fresh folds, fit the winner, and record all of it."""
    budget = Budget.of(params.seconds)
    floors = ProductionFloors.read(params.data)
    development = session.development(params, features)
    session.print_cautions(development.manifest)
    if params.seconds:
        print_above_bar(budget.plan())
    request = params.request(features, development.manifest.data_digest)
    kept = StudyRecord(request, session.objects, session.settings)
    study = Study(request, kept)
    journal = StudyJournal(request.name, session.settings)
    recording = StudyRecorder(study, params, features, development, session)
    folds = fresh_folds(development, params)
    own_pools = session.cross_validation(development, features.history, folds)
    one_pool = own_pools.in_one_pool(params)
    with recording.flush_on_exit(), one_pool as (validation, pool):
        with progress("Searching", on_trial) as on_progress, _kept(study, kept):
            observer = _Observer(study, on_progress, recording, journal)
            search(study, pool, development.train, params, features, budget, observer)
        contending = finalists(study.completed(), params, features)
        if not contending:
            raise InvalidData(_nothing_completed(study))
        with progress("Confirming", on_trial) as on_progress:
            confirmation = confirm(
                contending, validation, params, on_progress, until=budget.confirmation_ends
            )
        with progress("The winner", on_trial) as on_progress:
            winner = fit_winner(
                confirmation, validation, params, features, session, on_progress, budget=budget
            )
    if journal.problem:
        print_above_bar(journal.problem)
    result = TuningResult(
        params=params,
        study=request.name,
        journal=journal.path,
        development=development,
        trials=study.trials(),
        optuna_study=study.in_memory(),
        confirmation=confirmation,
        winner=winner,
        floors=floors,
        took=budget.took(),
    )
    return replace(recording.close(result), took=budget.took())


@dataclass(frozen=True)
class _Observer:
    """Passes the progress of a search to the bar, the tracking server and the journal."""

    study: Study
    on_progress: "OnProgress[str]"
    recording: StudyRecorder
    journal: StudyJournal

    def __call__(self, trial: FinishedTrial) -> None:
        self.journal.add(trial)
        self.recording.send_finished()
        self.study.progress().report(self.on_progress)


def search(
    study: Study,
    pool: FitPool,
    train: LabelledRows,
    params: "TuneParams",
    features: FeatureSet,
    budget: Budget,
    on_finished: Callable[[FinishedTrial], None] = lambda _: None,
) -> None:
    """Run trials on folds of the training rows, in the time for it, and one in any case."""

    def may_go_on() -> bool:
        return budget.may_begin_a_fit() or not study.completed()

    def ends() -> float | None:
        return budget.search_ends if study.completed() else None

    folds = make_folds(train, params.fold_plan)
    fits = PooledFits(pool, folds, params.recipe(features), params.costs, ends)
    with suppress(OutOfTime):  # what has finished is enough to go on
        study.run(fits, may_go_on=may_go_on, on_finished=on_finished)


@contextmanager
def _kept(study: Study, kept: StudyRecord) -> Iterator[None]:
    """Keep what is known of the trials however the block is left."""
    try:
        yield
    except KeyboardInterrupt:
        finished = f"{study.progress().finished} finished trials are kept"
        message = f"{finished} in study {study.request.name}"
        raise Interrupted(message, "the same search") from None
    finally:
        kept.flush()


def _nothing_completed(study: Study) -> str:
    reasons = {trial.reason for trial in study.trials() if trial.reason}
    listed = "; ".join(sorted(reasons)[:3])
    return (
        f"No trial of study {study.request.name} was completed: {listed}. Nothing was chosen. "
        "Give more trials or seconds, or another search space."
    )
