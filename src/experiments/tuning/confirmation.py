"""Confirmation: the best few trials of a search, cross-validated on folds that it did not use.

The score of the best of many trials is biased upwards: in part these folds suited it by chance (the
winner's curse). So the best few are fitted again on other folds, of more rows (validation too), and
the best one there is taken, with its score there. A blend of the best trial of each algorithm is
confirmed with them. The blend is taken unless a trial is better beyond chance: errors of single
members rarely coincide, and the few frauds of fresh folds rarely distinguish such a gain from
chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from experiments.evaluation.cross_validation import CrossValidation, OutOfFoldScores
from experiments.evaluation.development_rows import all_rows
from experiments.evaluation.fit_pool import OutOfTime
from experiments.evaluation.model_spec import ModelSpec
from experiments.feature_sets import FeatureSet
from experiments.search.trials import FinishedTrial
from fraud.algorithms.blend import BLEND, MEMBERS, blended
from fraud.data.folds import Fold, make_folds
from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import EvaluationRows, evaluate_out_of_fold
from fraud.significance.paired_comparison import PairedComparison, against_best

if TYPE_CHECKING:
    from catalog.labelled_splits import Development
    from experiments.tuning.params import TuneParams
    from foundation.progress import OnProgress

AVERAGE_PRECISION = "average_precision"


@dataclass(frozen=True)
class Finalist:
    """A model specification to confirm, with its trial; for a blend, its members' trials."""

    trials: tuple[FinishedTrial, ...]
    spec: ModelSpec

    @property
    def name(self) -> str:
        """The name that people read."""
        slots = " and ".join(str(trial.slot) for trial in self.trials)
        if self.is_blend:
            return f"blend of trial{'s' * (len(self.trials) > 1)} {slots}"
        return f"trial {slots} ({self.spec.algorithm})"

    @property
    def is_blend(self) -> bool:
        """Whether it is a blend made after the search, instead of a trial."""
        return self.trials[0].algorithm != self.spec.algorithm

    @property
    def search_score(self) -> float | None:
        """The score in the search; None for a blend, which was not a trial."""
        return None if self.is_blend else self.trials[0].value


@dataclass(frozen=True)
class Confirmed:
    """A finalist with its scores and metrics on the fresh folds."""

    finalist: Finalist
    out_of_fold: OutOfFoldScores
    metrics: dict[str, Estimate]
    versus_best: PairedComparison

    @property
    def score(self) -> float:
        """Average precision."""
        return self.metrics[AVERAGE_PRECISION].value

    @property
    def name(self) -> str:
        """The name of the finalist."""
        return self.finalist.name

    @property
    def spec(self) -> ModelSpec:
        """The specification of the finalist."""
        return self.finalist.spec


@dataclass(frozen=True)
class Confirmation:
    """The finalists, best on the fresh folds first, and the rows that these validate on.

    `left_out` is the number of those for which there was no time.
    """

    rows: EvaluationRows
    confirmed: list[Confirmed]
    left_out: int = 0

    @property
    def best(self) -> Confirmed:
        """The finalist with the highest score."""
        return self.confirmed[0]

    @property
    def winner(self) -> Confirmed:
        """The blend, unless the best is better beyond chance; without a blend, the best."""
        blends = (each for each in self.confirmed if each.finalist.is_blend)
        blend = next(blends, self.best)
        return self.best if blend.versus_best.is_distinguishable else blend


def finalists(
    completed: Sequence[FinishedTrial], params: "TuneParams", features: FeatureSet
) -> list[Finalist]:
    """Return the best few of the completed trials, which come best first, and a blend of them.

    Members of the blend that were not searched, or had no trial completed, keep their defaults.
    """
    best = [
        Finalist((trial,), _spec(trial.algorithm, trial.hyperparameters, params, features))
        for trial in completed[: params.confirm]
    ]
    of_each = {trial.algorithm: trial for trial in reversed(completed)}
    members = {each.name: of_each[each.name] for each in MEMBERS if each.name in of_each}
    if not (params.blend and members):
        return best
    hyperparameters = blended({name: trial.hyperparameters for name, trial in members.items()})
    spec = _spec(BLEND.name, hyperparameters, params, features)
    return [*best, Finalist(tuple(members.values()), spec)]


def confirm(
    contending: Sequence[Finalist],
    validation: CrossValidation,
    params: "TuneParams",
    on_progress: "OnProgress[str]",
    *,
    until: float | None = None,
) -> Confirmation:
    """Cross-validate the finalists on fresh folds; fits before an interruption are cached.

    At `until` (of the monotonic clock) those that are not confirmed are left out, but for the
    first, the best of the search.
    """
    rows, wanted = validation.validated, len(contending)
    if until is None:
        evaluated = validation.evaluate([each.spec for each in contending], params, on_progress)
    else:
        evaluated = _one_by_one(contending, validation, params, on_progress, until)
        contending = contending[: len(evaluated)]
    versus = against_best(
        rows.labels,
        {each.name: own.scores for each, own in zip(contending, evaluated, strict=True)},
        resamples=params.resamples,
        seed=params.seed,
    )
    confirmed = [
        Confirmed(
            finalist=each,
            out_of_fold=own,
            metrics=evaluate_out_of_fold(rows, own.scores, own.flagged, params),
            versus_best=versus[each.name],
        )
        for each, own in zip(contending, evaluated, strict=True)
    ]
    best_first = sorted(confirmed, key=lambda each: -each.score)
    return Confirmation(rows, best_first, left_out=wanted - len(contending))


def _one_by_one(
    contending: Sequence[Finalist],
    validation: CrossValidation,
    params: "TuneParams",
    on_progress: "OnProgress[str]",
    until: float,
) -> list[OutOfFoldScores]:
    evaluated: list[OutOfFoldScores] = []
    folds = len(validation.folds)

    def count(done: int, _: int, last: str) -> None:
        on_progress(len(evaluated) * folds + done, len(contending) * folds, last)

    for each in contending:
        try:
            ends = until if evaluated else None
            evaluated += validation.evaluate([each.spec], params, count, until=ends)
        except OutOfTime:
            break
        if monotonic() >= until:
            break
    return evaluated


def _spec(
    algorithm: str, hyperparameters: Mapping[str, Any], params: "TuneParams", features: FeatureSet
) -> ModelSpec:
    """Return the specification that production will use: calibrated, with one seed for all."""
    recipe = params.recipe(features).model_copy(update={"calibration": params.calibration})
    return ModelSpec(
        algorithm=algorithm, hyperparameters=dict(hyperparameters), recipe=recipe, seed=params.seed
    )


def fresh_folds(development: "Development", params: "TuneParams") -> list[Fold]:
    """Return folds of all development rows that differ from those of the search.

    Random folds have another seed; folds by time are one more than in the search.
    """
    plan = params.fold_plan
    changed = {"folds": plan.folds + 1} if plan.method == "time" else {"seed": plan.seed + 1}
    return make_folds(all_rows(development), plan.model_copy(update=changed))
