"""Confirming: the best few trials judged again, on folds that the search never saw.

The best of many trials is lucky: part of its score is that these folds suited it (the winner's
curse). So the best few are fitted again on other folds, of more rows (validation too), and the one
that is best there is taken, with the score from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.candidate import Candidate
from experiments.development_rows import together
from experiments.feature_sets import feature_set_named
from experiments.folded_rows import FoldedRows, FoldScores
from experiments.study import FinishedTrial
from fraud.comparison import PairedComparison, against_best
from fraud.folds import Fold, make_folds
from fraud.judging import Rows, judge_scores
from fraud.metrics import Estimate

if TYPE_CHECKING:
    from experiments.progress import Tell
    from experiments.tune import TuneParams
    from experiments.workshop import Workshop
    from shelf.labelled_splits import Development

AVERAGE_PRECISION = "average_precision"


@dataclass(frozen=True)
class Confirmed:
    """A trial of the search, and how it did on the fresh folds."""

    trial: FinishedTrial
    candidate: Candidate
    folds: FoldScores
    metrics: dict[str, Estimate]
    versus_best: PairedComparison

    @property
    def score(self) -> float:
        return self.metrics[AVERAGE_PRECISION].value

    @property
    def name(self) -> str:
        return f"trial {self.trial.slot} ({self.candidate.algorithm})"


@dataclass(frozen=True)
class Confirmation:
    """The best few, best on the fresh folds first, and the rows that these judged."""

    rows: Rows
    confirmed: list[Confirmed]

    @property
    def winner(self) -> Confirmed:
        return self.confirmed[0]


def confirm(
    trials: Sequence[FinishedTrial],
    development: "Development",
    params: "TuneParams",
    workshop: "Workshop",
    told: "Tell",
) -> Confirmation:
    """Judge the trials on fresh folds; what was fitted before an interruption is kept."""
    history = feature_set_named(params.features).history
    folded = FoldedRows(development, history, fresh_folds(development, params))
    candidates = [candidate_of(trial, params) for trial in trials]
    found, rows = folded.judge(candidates, workshop, params, told), folded.validated
    versus = against_best(
        rows.labels,
        {str(trial.slot): each.scores for trial, each in zip(trials, found, strict=True)},
        resamples=params.resamples,
        seed=params.seed,
    )
    confirmed = [
        Confirmed(
            trial=trial,
            candidate=candidate,
            folds=each,
            metrics=judge_scores(rows, each.scores, each.flagged, params),
            versus_best=versus[str(trial.slot)],
        )
        for trial, candidate, each in zip(trials, candidates, found, strict=True)
    ]
    return Confirmation(rows, sorted(confirmed, key=lambda each: (-each.score, each.trial.slot)))


def candidate_of(trial: FinishedTrial, params: "TuneParams") -> Candidate:
    """The trial's model as production will make it: calibrated, with the seed of all models."""
    return Candidate(
        algorithm=trial.algorithm,
        hyperparameters=trial.hyperparameters,
        recipe=params.recipe.model_copy(update={"calibration": params.calibration}),
        seed=params.seed,
    )


def fresh_folds(development: "Development", params: "TuneParams") -> list[Fold]:
    """Folds of all development rows that differ from those of the search.

    Random ones are drawn with another seed; blocks of time are one more than the search had.
    """
    plan = params.fold_plan
    changed = {"folds": plan.folds + 1} if plan.method == "time" else {"seed": plan.seed + 1}
    return make_folds(together(development), plan.model_copy(update=changed))
