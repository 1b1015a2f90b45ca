"""Compare: which algorithm is best on the same rows and folds, and which are no worse."""

from typing import TYPE_CHECKING, Any

from experiments.comparison.result import STAGE, CompareParams, Comparison
from experiments.feature_sets import feature_set_named
from experiments.session import ExperimentSession, open_session, stage_params

if TYPE_CHECKING:
    from foundation.progress import OnProgress

__all__ = ["CompareParams", "compare_algorithms"]


def compare_algorithms(
    *,
    session: ExperimentSession | None = None,
    execution_id: str = "interactive",
    on_fit: "OnProgress[str] | None" = None,
    **params: Any,
) -> Comparison:
    """Compare algorithms on the same folds of the training rows, and record the comparison.

    `params` override the values of `params/experiments/compare.yaml`. Each row is scored by a model
    that was not fitted on it; the test split is neither read nor used for any choice. After an
    interruption the same call continues where it stopped. Raises InvalidParams for an unknown
    algorithm, strategy or feature set, NotFound when the data is not there.
    """
    from experiments.comparison.run import run_comparison

    chosen = stage_params(CompareParams, STAGE, params)
    features = feature_set_named(chosen.features)
    return run_comparison(chosen, features, session or open_session(execution_id), on_fit)
