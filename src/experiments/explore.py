"""Explore: the contents of a data set, and what in it could make a model look too good."""

from typing import TYPE_CHECKING, Any

from experiments.exploration.result import STAGE, Exploration, ExploreParams
from experiments.session import ExperimentSession, open_session, stage_params

if TYPE_CHECKING:
    from foundation.progress import OnProgress

__all__ = ["ExploreParams", "explore"]


def explore(
    *,
    session: ExperimentSession | None = None,
    execution_id: str = "interactive",
    on_fit: "OnProgress[str] | None" = None,
    **params: Any,
) -> Exploration:
    """Describe a data set, and record its leakage report.

    `params` override the values of `params/experiments/explore.yaml`. Raises NotFound when the data
    is not there.
    """
    from experiments.exploration.run import run_exploration

    chosen = stage_params(ExploreParams, STAGE, params)
    return run_exploration(chosen, session or open_session(execution_id), on_fit)
