"""Tune: which hyperparameters are best, confirmed on folds that the search did not use."""

from typing import TYPE_CHECKING, Any

from experiments.feature_sets import feature_set_named
from experiments.session import ExperimentSession, open_session, stage_params
from experiments.tuning.params import STAGE, TuneParams

if TYPE_CHECKING:
    from experiments.tuning.result import TuningResult
    from foundation.progress import OnProgress

__all__ = ["TuneParams", "tune"]


def tune(
    *,
    session: ExperimentSession | None = None,
    execution_id: str = "interactive",
    on_trial: "OnProgress[str] | None" = None,
    **params: Any,
) -> "TuningResult":
    """Search hyperparameters, confirm the best few on fresh folds, and record all of it.

    `params` override the values of `params/experiments/tune.yaml`. The trials run in processes of
    their own; the same call continues a study that was stopped. The test split is scored once, by
    the winner, and decides nothing. Raises InvalidParams for a search space that production does
    not accept, or for a study of that name with another request; NotFound when the data is not
    there.
    """
    from experiments.tuning.run import run_search

    chosen = stage_params(TuneParams, STAGE, params)
    features = feature_set_named(chosen.features)
    return run_search(chosen, features, session or open_session(execution_id), on_trial)
