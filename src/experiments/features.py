"""Features: what each feature set adds to a model, and whether that is more than chance."""

from typing import TYPE_CHECKING, Any

from experiments.ablation.result import Ablation, FeaturesOutput, FeaturesParams
from experiments.session import ExperimentSession, open_session, stage_params

if TYPE_CHECKING:
    from foundation.progress import OnProgress

__all__ = ["FeaturesParams", "try_features", "write_stage_output"]

STAGE = "features"


def try_features(
    *,
    session: ExperimentSession | None = None,
    execution_id: str = "interactive",
    on_fit: "OnProgress[str] | None" = None,
    **params: Any,
) -> Ablation:
    """Judge every feature set on the same folds of the training rows, and record it.

    `params` are those of `params/experiments/features.yaml`, whose values hold where none is given.
    Steps are fitted within the training part of each fold. Sets that look at an entity which the
    data does not name are skipped, and said so. Raises InvalidParams for a step that is not known.
    """
    from experiments.ablation.run import run_ablation

    chosen: FeaturesParams = stage_params(FeaturesParams, STAGE, params)
    return run_ablation(chosen, session or open_session(execution_id), on_fit)


def write_stage_output(ablation: Ablation, session: ExperimentSession) -> FeaturesOutput:
    """Leave what was found in the execution."""
    output = FeaturesOutput(
        data_digest=ablation.manifest.data_digest,
        simulated=ablation.manifest.simulated,
        metrics={each.features.name: each.metrics for each in ablation.tried},
        added={each.features.name: each.added.difference for each in ablation.tried},
        skipped=ablation.skipped,
        verdict=ablation.verdict(),
        run_id=ablation.run_id,
        tracking_problem=ablation.tracking_problem,
    )
    return session.execution.finish(STAGE, output)
