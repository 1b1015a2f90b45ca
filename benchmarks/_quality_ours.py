"""Ours: the product's own tuning, on rows that are handed over instead of prepared."""

from pathlib import Path
from types import SimpleNamespace

from _memory_store import MemoryStore
from exchange import Array, Development, Scorer, run

from catalog.labelled_splits import Development as Splits
from experiments.evaluation.cross_validation import CrossValidation
from experiments.evaluation.development_rows import all_rows, final_fold, rows_digest
from experiments.evaluation.fit_cache import FitCache
from experiments.evaluation.fitting import FitRequest, fit_and_score
from experiments.feature_sets import PLAIN_SET
from experiments.search.record import StudyRecord
from experiments.search.study import Study
from experiments.tuning.budget import Budget
from experiments.tuning.confirmation import confirm, finalists, fresh_folds
from experiments.tuning.params import TuneParams
from experiments.tuning.run import search
from experiments.tuning.winner import final_spec
from foundation.digests import digest_of_bytes
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles
from fraud.model.fraud_model import FraudModel

CONFIRMED = 3
WORKERS = 2
RESAMPLES = 400  # of the paired test that a blend has to pass


def ours(development: Development, seconds: float, _answer: Path) -> tuple[Scorer, str]:
    """Search, confirm on fresh folds, and make the winner, all within the seconds."""
    budget = Budget.of(int(seconds))
    params = TuneParams(
        method="time" if development.by_time else "stratified",
        trials=0,
        seconds=int(seconds),
        confirm=CONFIRMED,
        workers=WORKERS,
        resamples=RESAMPLES,
    )
    rows, memory = splits(development), MemoryStore()
    settings = SimpleNamespace(workflow_bucket="memory")
    asked = params.request(PLAIN_SET, rows.manifest.data_digest)
    study = Study(asked, StudyRecord(asked, memory, settings))
    cache = FitCache(memory, settings, rows_digest=rows_digest(rows, ()))
    with CrossValidation(rows, fresh_folds(rows, params), cache).in_one_pool(WORKERS) as (
        validation, pool,
    ):  # fmt: skip
        search(study, pool, rows.train, params, PLAIN_SET, budget)
        contending = finalists(study.completed(), params, PLAIN_SET)
        confirmation = confirm(
            contending, validation, params, lambda *_: None, until=budget.confirmation_ends
        )
    a_bag = confirmation.winner.out_of_fold.seconds / len(validation.folds)
    chosen = final_spec(confirmation, budget.bags(params.bags, seconds_a_bag=a_bag, workers=1))
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


if __name__ == "__main__":
    run(ours)
