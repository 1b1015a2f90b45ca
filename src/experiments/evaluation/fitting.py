"""Fitting: one model fitted on some rows and scored on others, here or in a worker."""

from dataclasses import dataclass
from functools import lru_cache
from time import perf_counter
from typing import Protocol

from experiments.evaluation.model_spec import ModelSpec
from fraud.algorithms import algorithm_named
from fraud.algorithms.lean_imports import import_lean
from fraud.data.arrays import Scores
from fraud.data.folds import Fold
from fraud.data.labelled_rows import LabelledRows
from fraud.explanation.importances import average_precision
from fraud.metrics.costs import Costs
from fraud.metrics.thresholds import lowest_cost


@dataclass(frozen=True)
class FitRequest:
    """One model to fit on some rows and score on others.

    `keeps_model`: return the files of the final model, which has learned from the rows to stop on.
    `only_ranks`: return the average precision alone, as a search needs it.
    """

    spec: ModelSpec
    fold: Fold
    costs: Costs
    keeps_model: bool = False
    only_ranks: bool = False


@dataclass(frozen=True)
class FitResult:
    """Scores of the fold's validation rows, and the thresholds, times and size of the model.

    `threshold` and `cost_threshold` were chosen on the rows that stopped the training. Most bags of
    a bagged model were fitted on those rows: the caller that keeps a bagged model chooses its
    threshold on other rows. `cost_threshold` is None for rows without amounts. `seconds` is the
    time of the fit; `size` is the bytes of the files. Of a request that only ranks, scores, costs
    and size are empty.
    """

    average_precision: float
    scores: Scores
    threshold: float
    cost_threshold: float | None
    seconds: float
    microseconds_a_row: float
    size: int
    files: dict[str, bytes] | None = None


class SharedRows(Protocol):
    """Rows that a worker can read; equal ones are read once."""

    def __hash__(self) -> int: ...

    def read(self) -> LabelledRows: ...


def fit_and_score(request: FitRequest, rows: LabelledRows) -> FitResult:
    """Fit and score one request in this process."""
    train, stop = rows.take(request.fold.train), rows.take(request.fold.stop)
    began = perf_counter()
    model = request.spec.fit(train, stop)
    kept = request.spec.refitted(model, train, stop) if request.keeps_model else model
    fitted = perf_counter()
    scores = model.scores(rows.rows[request.fold.validation])
    scored = perf_counter()
    ranks = average_precision(rows.labels[request.fold.validation], scores)
    microseconds = 1e6 * (scored - fitted) / len(scores)
    if request.only_ranks:
        seconds, none = fitted - began, scores[:0]
        return FitResult(ranks, none, model.threshold, None, seconds, microseconds, size=0)
    files, amounts = kept.to_files(), stop.amounts
    return FitResult(
        average_precision=ranks,
        scores=scores,
        threshold=model.threshold,
        cost_threshold=None
        if amounts is None
        else lowest_cost(stop.labels, model.scores(stop.rows), amounts, request.costs),
        seconds=fitted - began,
        microseconds_a_row=microseconds,
        size=sum(map(len, files.values())),
        files=files if request.keeps_model else None,
    )


@lru_cache(maxsize=1)
def _read_once(shared: SharedRows) -> LabelledRows:
    return shared.read()


def fit_shared(request: FitRequest, shared: SharedRows) -> FitResult:
    """Fit and score one request in a worker."""
    import_lean(algorithm_named(request.spec.algorithm).libraries)
    return fit_and_score(request, _read_once(shared))
