"""Worker: one process that runs trials of a study until its budget is used up.

`ceap tune --workers N` starts N workers on this machine. For a study in PostgreSQL it also writes
an order file; on other machines, `python -P -m experiments.tuning.worker ORDER.json` starts a
worker of the same study.
"""

import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

from experiments.feature_sets import FeatureSet
from experiments.progress import progress
from experiments.search.events import Event
from experiments.search.opening import open_study
from experiments.search.workers import as_worker, was_started_by_hand
from experiments.session import ExperimentSession, open_session
from experiments.tuning.objective import FoldObjective
from experiments.tuning.params import TuneParams
from experiments.tuning.storage import study_place
from foundation.progress import OnProgress
from foundation.record import Record
from fraud.algorithms import algorithm_named
from fraud.algorithms.lean_imports import import_lean
from fraud.data.folds import make_folds

STOPPED = 130  # as shells say it
# -P: a file in the working directory that is named like a package of ours is not imported.
WORKER = (sys.executable, "-P", "-m", "experiments.tuning.worker")


class WorkOrder(Record):
    """The input of a worker: parameters, feature set, and when to begin no further trial."""

    params: TuneParams
    features: FeatureSet
    until: datetime | None = None


def work(
    order: WorkOrder, session: ExperimentSession, on_progress: OnProgress[str] | None = None
) -> None:
    """Run trials in this process until every trial of the budget is finished, here or elsewhere."""
    params, features = order.params, order.features
    development = session.development(params, features)
    request = params.request(features, development.manifest.data_digest)
    study = open_study(request, study_place(params, session.settings))
    rows = development.train
    folds = make_folds(rows, params.fold_plan)

    def show(_: Event | None = None) -> None:
        if on_progress is not None:
            study.progress().tell(on_progress)

    study.work(
        FoldObjective(rows, folds, params.recipe(features)), until=order.until, on_event=show
    )
    show()  # others may have finished the last trials


def _bar() -> AbstractContextManager[OnProgress[str] | None]:
    """Return a bar when a person started this process; `ceap tune` has a bar of its own."""
    return progress("Searching") if was_started_by_hand() else nullcontext()


def main(arguments: list[str]) -> int:
    """Run a worker with the order in the file that is named; return the exit code."""
    if len(arguments) != 1:
        print("usage: python -P -m experiments.tuning.worker ORDER.json", file=sys.stderr)  # noqa: T201
        return 2
    order = WorkOrder.model_validate_json(Path(arguments[0]).read_bytes())
    for algorithm in order.params.algorithms:
        import_lean(algorithm_named(algorithm).libraries)
    try:
        with as_worker(), _bar() as on_progress:
            work(order, open_session(), on_progress)
    except KeyboardInterrupt:
        return STOPPED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
