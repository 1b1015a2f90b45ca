"""Compare: which algorithm is best on the same rows and folds, and which are no worse."""

from typing import TYPE_CHECKING, Any

from experiments.comparison.result import CompareOutput, CompareParams, Comparison
from experiments.session import Workshop, open_workshop, stage_params

if TYPE_CHECKING:
    from experiments.progress import Tell

__all__ = ["CompareParams", "compare_algorithms", "finish"]

STAGE = "compare"


def compare_algorithms(
    *,
    workshop: Workshop | None = None,
    execution_id: str = "interactive",
    on_fit: "Tell | None" = None,
    **params: Any,
) -> Comparison:
    """Compare algorithms on the same folds of the training rows, and record it.

    `params` are those of `params/experiments/compare.yaml`, whose values hold where none is given.
    Each row is scored by a model that never saw it; nothing is chosen on, or looked up in, the
    test split. After an interruption the same call goes on where it stopped. Raises InvalidParams
    for an unknown algorithm, strategy or feature set, NotFound where the data is not there.
    """
    from experiments.comparison.run import compared

    chosen: CompareParams = stage_params(CompareParams, STAGE, params)
    return compared(chosen, workshop or open_workshop(execution_id), on_fit)


def finish(comparison: Comparison, workshop: Workshop) -> CompareOutput:
    """Leave the comparison's result in its execution."""
    output = CompareOutput(
        data_digest=comparison.development.manifest.data_digest,
        simulated=comparison.development.manifest.simulated,
        rows=len(comparison.rows.labels),
        frauds=int(comparison.rows.labels.sum()),
        best=comparison.best.name,
        as_good=[each.name for each in comparison.contenders if each.is_as_good_as_the_best],
        metrics={each.name: each.metrics for each in comparison.contenders},
        verdict=comparison.verdict(),
        run_id=comparison.run_id,
        tracking_problem=comparison.tracking_problem,
    )
    return workshop.execution.finish(STAGE, output)
