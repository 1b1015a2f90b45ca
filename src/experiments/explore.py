"""Explore: what is in a data set, and what in it could fool a model."""

from typing import TYPE_CHECKING, Any

from experiments.exploration.result import Exploration, ExploreOutput, ExploreParams
from experiments.session import ExperimentSession, open_session, stage_params

if TYPE_CHECKING:
    from foundation.progress import OnProgress

__all__ = ["ExploreParams", "explore", "write_stage_output"]

STAGE = "explore"


def explore(
    *,
    session: ExperimentSession | None = None,
    execution_id: str = "interactive",
    on_fit: "OnProgress[str] | None" = None,
    **params: Any,
) -> Exploration:
    """Look into a data set, and record its leakage report.

    `params` are those of `params/experiments/explore.yaml`, whose values hold where none is given.
    Raises NotFound where the data is not there.
    """
    from experiments.exploration.run import run_exploration

    chosen: ExploreParams = stage_params(ExploreParams, STAGE, params)
    return run_exploration(chosen, session or open_session(execution_id), on_fit)


def write_stage_output(exploration: Exploration, session: ExperimentSession) -> ExploreOutput:
    """Leave what was found in the execution."""
    manifest = exploration.manifest
    output = ExploreOutput(
        data_digest=manifest.data_digest,
        simulated=manifest.simulated,
        rows=sum(split.rows for split in manifest.splits.values()),
        frauds=sum(split.frauds for split in manifest.splits.values()),
        leakage=exploration.leakage,
        random_split=exploration.gap.random,
        time_split=exploration.gap.time,
        verdict=exploration.verdict(),
        run_id=exploration.run_id,
        tracking_problem=exploration.tracking_problem,
    )
    return session.execution.finish(STAGE, output)
