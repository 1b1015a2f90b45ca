"""Folded rows: candidates fitted on every fold, side by side, and judged on the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.evaluation.development_rows import together, whole_fold
from experiments.evaluation.fit_cache import FitCache
from experiments.evaluation.fit_pool import FitRequest, FitResult, open_fit_pool
from experiments.evaluation.model_spec import ModelSpec
from experiments.progress import Interrupted
from experiments.protocol import EvaluationProtocol
from fraud.data.arrays import Flags, Floats
from fraud.data.folds import Fold
from fraud.metrics.evaluation import EvaluationRows

if TYPE_CHECKING:
    from catalog.labelled_splits import Development
    from foundation.progress import OnProgress


@dataclass(frozen=True)
class OutOfFoldScores:
    """What a candidate gave: a score of each validated row, by a model that never saw it.

    `flagged` are the rows that each fold's model would have had looked at, by its own cheapest
    threshold.
    """

    scores: Floats
    flagged: Flags


@dataclass(frozen=True)
class CrossValidation:
    """Development rows, how they are dealt to folds, and the fits that are kept of them."""

    development: "Development"
    folds: Sequence[Fold]
    cache: FitCache

    @property
    def validated(self) -> EvaluationRows:
        """The rows that some fold judges, in the order of all scores here."""
        return EvaluationRows.validated(together(self.development), self.folds)

    def judge(
        self,
        candidates: Sequence[ModelSpec],
        protocol: EvaluationProtocol,
        on_progress: "OnProgress[str]",
    ) -> list[OutOfFoldScores]:
        """Fit each candidate on each fold, side by side; what was fitted earlier is kept.

        Raises Interrupted, which says how to go on, after Ctrl-C.
        """
        fits = [
            FitRequest(each, fold, protocol.costs) for each in candidates for fold in self.folds
        ]
        flat = self._made(fits, protocol, on_progress)
        width = len(self.folds)
        return [_joined(flat[at : at + width]) for at in range(0, len(flat), width)]

    def evaluate_with_final_model(
        self,
        candidates: Sequence[ModelSpec],
        protocol: EvaluationProtocol,
        on_progress: "OnProgress[str]",
    ) -> list[tuple[OutOfFoldScores, FitResult]]:
        """As `judge`; and make the model of all training rows that training would make of each."""
        whole = whole_fold(self.development)
        fits = [
            FitRequest(each, fold, protocol.costs, keeps_model=fold is whole)
            for each in candidates
            for fold in (*self.folds, whole)
        ]
        flat = self._made(fits, protocol, on_progress)
        width = len(self.folds) + 1
        groups = [flat[at : at + width] for at in range(0, len(flat), width)]
        return [(_joined(folds), made) for *folds, made in groups]

    def _made(
        self,
        fits: Sequence[FitRequest],
        protocol: EvaluationProtocol,
        on_progress: "OnProgress[str]",
    ) -> list[FitResult]:
        done: list[FitRequest] = []

        def tell(fit: FitRequest, _: FitResult) -> None:
            done.append(fit)
            on_progress(len(done), len(fits), fit.candidate.algorithm)

        try:
            with open_fit_pool(together(self.development), protocol.workers) as pool:
                return self.cache.judge(pool, fits, tell)
        except KeyboardInterrupt:
            kept_so_far = f"{len(done)} of {len(fits)} fits are kept"
            raise Interrupted(kept_so_far, "the same") from None


def _joined(folds: Sequence[FitResult]) -> OutOfFoldScores:
    return OutOfFoldScores(
        scores=np.concatenate([each.scores for each in folds]),
        flagged=np.concatenate([each.scores >= each.cost_threshold for each in folds]),
    )
