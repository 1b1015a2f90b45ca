"""Cross-validation: model specifications fitted on every fold, and scored on the rows left out."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from experiments.evaluation.development_rows import all_rows, final_fold
from experiments.evaluation.fit_cache import FitCache
from experiments.evaluation.fit_pool import FitPool
from experiments.evaluation.fitting import FitRequest, FitResult
from experiments.evaluation.model_spec import ModelSpec
from experiments.evaluation.process_pool import open_fit_pool
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
    """One score of each validated row, by a model that was not fitted on that row.

    `flagged` marks the rows at or above the cheapest threshold of their fold's model; None for rows
    without amounts. `seconds` is the time of all fits together, one after another.
    """

    scores: Floats
    flagged: Flags | None
    seconds: float = 0.0


@dataclass(frozen=True)
class CrossValidation:
    """Development rows, their folds, and the cache of fits on these rows.

    Without a `pool`, each evaluation starts processes of its own.
    """

    development: "Development"
    folds: Sequence[Fold]
    cache: FitCache
    pool: FitPool | None = None

    @contextmanager
    def in_one_pool(
        self, protocol: EvaluationProtocol
    ) -> "Iterator[tuple[CrossValidation, FitPool]]":
        """Start processes once, for every evaluation in the block and for other fits."""
        with self._opened(protocol) as pool:
            yield replace(self, pool=pool), pool

    @property
    def validated(self) -> EvaluationRows:
        """The rows that some fold validates on, in the order of all out-of-fold scores."""
        return EvaluationRows.validated(all_rows(self.development), self.folds)

    def evaluate(
        self,
        specs: Sequence[ModelSpec],
        protocol: EvaluationProtocol,
        on_progress: "OnProgress[str]",
        *,
        until: float | None = None,
    ) -> list[OutOfFoldScores]:
        """Fit each specification on each fold, in parallel; read cached fits from the cache.

        Raises Interrupted, whose message names the way to go on, after Ctrl-C; and OutOfTime at
        `until` (of the monotonic clock).
        """
        requests = [FitRequest(spec, fold, protocol.costs) for spec in specs for fold in self.folds]
        results = self._run(requests, protocol, on_progress, until)
        width = len(self.folds)
        return [_joined(results[at : at + width]) for at in range(0, len(results), width)]

    def evaluate_with_final_model(
        self,
        specs: Sequence[ModelSpec],
        protocol: EvaluationProtocol,
        on_progress: "OnProgress[str]",
        *,
        until: float | None = None,
    ) -> list[tuple[OutOfFoldScores, FitResult]]:
        """Run `evaluate`, and fit the final model of each specification.

        The final model is the one that the training pipeline would make: stopped on validation,
        then fitted to the training and the validation rows. Its FitResult holds the files of the
        model.
        """
        final = final_fold(self.development)
        requests = [
            FitRequest(spec, fold, protocol.costs, keeps_model=fold is final)
            for spec in specs
            for fold in (*self.folds, final)
        ]
        results = self._run(requests, protocol, on_progress, until)
        width = len(self.folds) + 1
        groups = [results[at : at + width] for at in range(0, len(results), width)]
        return [(_joined(of_folds), final_fit) for *of_folds, final_fit in groups]

    def _run(
        self,
        requests: Sequence[FitRequest],
        protocol: EvaluationProtocol,
        on_progress: "OnProgress[str]",
        until: float | None,
    ) -> list[FitResult]:
        done: list[FitRequest] = []

        def count(request: FitRequest, _: FitResult) -> None:
            done.append(request)
            on_progress(len(done), len(requests), request.spec.algorithm)

        try:
            with self._opened(protocol) as pool:
                return self.cache.run(pool, requests, count, until=until)
        except KeyboardInterrupt:
            kept_so_far = f"{len(done)} of {len(requests)} fits are kept"
            raise Interrupted(kept_so_far, "the same") from None

    def _opened(self, protocol: EvaluationProtocol) -> AbstractContextManager[FitPool]:
        if self.pool is not None:
            return nullcontext(self.pool)
        rows = all_rows(self.development)
        if protocol.on:
            return self.cache.open_cluster_pool(rows, protocol.on)
        return open_fit_pool(rows, protocol.workers)


def _joined(of_folds: Sequence[FitResult]) -> OutOfFoldScores:
    flagged = [
        each.scores >= each.cost_threshold for each in of_folds if each.cost_threshold is not None
    ]
    return OutOfFoldScores(
        scores=np.concatenate([each.scores for each in of_folds]),
        flagged=np.concatenate(flagged) if flagged else None,
        seconds=sum(each.seconds for each in of_folds),
    )
