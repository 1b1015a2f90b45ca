"""Compare: which algorithm is best on the same rows and folds, and which are no worse."""

from typing import TYPE_CHECKING, Any

from experiments.comparison.result import CompareOutput, CompareParams, Comparison
from experiments.feature_sets import feature_set_named
from experiments.session import ExperimentSession, open_session, stage_params

if TYPE_CHECKING:
    from foundation.progress import OnProgress

__all__ = ["CompareParams", "compare_algorithms", "write_stage_output"]

STAGE = "compare"


def compare_algorithms(
    *,
    session: ExperimentSession | None = None,
    execution_id: str = "interactive",
    on_fit: "OnProgress[str] | None" = None,
    **params: Any,
) -> Comparison:
    """Compare algorithms on the same folds of the training rows, and record it.

    `params` are those of `params/experiments/compare.yaml`, whose values hold where none is given.
    Each row is scored by a model that never saw it; nothing is chosen on, or looked up in, the
    test split. After an interruption the same call goes on where it stopped. Raises InvalidParams
    for an unknown algorithm, strategy or feature set, NotFound where the data is not there.
    """
    from experiments.comparison.run import run_comparison

    chosen: CompareParams = stage_params(CompareParams, STAGE, params)
    features = feature_set_named(chosen.features)
    return run_comparison(chosen, features, session or open_session(execution_id), on_fit)


def write_stage_output(comparison: Comparison, session: ExperimentSession) -> CompareOutput:
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
    return session.execution.finish(STAGE, output)
