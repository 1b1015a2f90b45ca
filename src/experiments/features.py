"""Features: what each feature set adds to a model, and whether that is more than chance."""

from typing import TYPE_CHECKING, Any

from experiments.ablation.result import STAGE, Ablation, FeaturesParams
from experiments.session import ExperimentSession, open_session, stage_params

if TYPE_CHECKING:
    from foundation.progress import OnProgress

__all__ = ["FeaturesParams", "try_features"]


def try_features(
    *,
    session: ExperimentSession | None = None,
    execution_id: str = "interactive",
    on_fit: "OnProgress[str] | None" = None,
    **params: Any,
) -> Ablation:
    """Cross-validate every feature set on the same folds of the training rows, and record it.

    `params` override the values of `params/experiments/features.yaml`. Steps are fitted within the
    training part of each fold. Sets that need an entity which the data set does not have are
    skipped, with the reason in `skipped`. Raises InvalidParams for an unknown step.
    """
    from experiments.ablation.run import run_ablation

    chosen = stage_params(FeaturesParams, STAGE, params)
    return run_ablation(chosen, session or open_session(execution_id), on_fit)
