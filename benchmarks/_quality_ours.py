"""Ours: the product's own tuning, on rows that are handed over instead of prepared."""

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from exchange import Array, Development, Scorer, development_rows, run

from catalog.labelled_splits import Development as Splits
from experiments.evaluation.cross_validation import CrossValidation
from experiments.evaluation.development_rows import all_rows, final_fold, rows_digest
from experiments.evaluation.fit_cache import FitCache
from experiments.evaluation.fit_pool import FitRequest, fit_and_score
from experiments.feature_sets import PLAIN_SET
from experiments.search.opening import open_study
from experiments.search.request import StudyRequest
from experiments.search.workers import as_worker, run_workers
from experiments.tuning.confirmation import confirm, finalists, fresh_folds
from experiments.tuning.objective import FoldObjective
from experiments.tuning.params import TuneParams
from experiments.tuning.winner import final_spec
from experiments.tuning.worker import WorkOrder
from foundation.digests import digest_of_bytes
from foundation.errors import NotFound
from fraud.data.folds import make_folds
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles
from fraud.model.fraud_model import FraudModel

SHARE_OF_SEARCH = 0.4  # of the seconds; the rest is for confirming and for the winner's bags
CONFIRMED = 3
WORKERS = 2
RESAMPLES = 400  # of the paired test that a blend has to pass


@dataclass
class Memory:
    """An object store for what a search keeps, as long as this process lives."""

    objects: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def read(self, bucket: str, key: str) -> bytes:
        if (bucket, key) not in self.objects:
            raise NotFound(key)
        return self.objects[bucket, key]

    def write(self, bucket: str, key: str, data: bytes) -> None:
        self.objects[bucket, key] = data


def ours(development: Development, seconds: float, answer: Path) -> tuple[Scorer, str]:
    """Search, confirm on fresh folds, and make the winner, all within the seconds."""
    until = datetime.now(UTC) + timedelta(seconds=SHARE_OF_SEARCH * seconds)
    params = TuneParams(
        method="time" if development.by_time else "stratified",
        trials=0,
        seconds=int(seconds),
        confirm=CONFIRMED,
        workers=WORKERS,
        resamples=RESAMPLES,
    )
    order = answer / "order.json"
    order.write_bytes(WorkOrder(params=params, features=PLAIN_SET, until=until).to_json())
    rows = splits(development)
    study = open_study(request(rows, params), answer / "studies.journal")
    command = [sys.executable, str(Path(__file__)), "work", str(answer.parents[1]), str(order)]
    run_workers(command, study=study, count=WORKERS)
    settings = SimpleNamespace(workflow_bucket="memory")
    cache = FitCache(Memory(), settings, rows_digest=rows_digest(rows, ()))
    validation = CrossValidation(rows, fresh_folds(rows, params), cache)
    contending = finalists(study.completed(), params, PLAIN_SET)
    confirmation = confirm(contending, validation, params, lambda *_: None)
    chosen = final_spec(confirmation, params)
    fit = fit_and_score(
        FitRequest(chosen, final_fold(rows), params.costs, keeps_model=True), all_rows(rows)
    )
    model, best = FraudModel.from_files(fit.files or {}), confirmation.winner

    def score(test: Array) -> Array:
        return model.scores(test)

    confirmed = ", ".join(f"{each.name} {each.score:.4f}" for each in confirmation.confirmed)
    return score, (
        f"{best.name}, of {len(study.trials())} trials, {chosen.recipe.bags} bags; confirmed: "
        f"{confirmed}"
    )


def work(folder: Path, order_file: Path) -> None:
    """Be one worker of the search."""
    order = WorkOrder.model_validate_json(order_file.read_bytes())
    rows, params = splits(development_rows(folder)), order.params
    study = open_study(request(rows, params), order_file.with_name("studies.journal"))
    folds = make_folds(rows.train, params.fold_plan)
    with as_worker():
        study.work(FoldObjective(rows.train, folds, params.recipe(PLAIN_SET)), until=order.until)


def splits(development: Development) -> Splits:
    """The rows as the experiments knows them; the manifest says no more than which they are."""
    rows = LabelledRows(
        tuple(development.columns),
        development.rows,
        development.labels,
        roles=Roles.last_two(development.columns),
    )
    manifest = SimpleNamespace(data_digest=digest_of_bytes(development.rows.tobytes()))
    last = development.is_validation
    return Splits(rows.take(~last), rows.take(last), manifest)


def request(rows: Splits, params: TuneParams) -> StudyRequest:
    return params.request(PLAIN_SET, rows.manifest.data_digest)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        run(ours)
