"""Tune: which hyperparameters are best, confirmed on folds that the search never saw."""

from typing import TYPE_CHECKING, Any

from experiments.feature_sets import feature_set_named
from experiments.session import ExperimentSession, open_session, stage_params
from experiments.tuning.params import TuneParams
from experiments.tuning.result import TuneOutput

if TYPE_CHECKING:
    from experiments.tuning.result import TuningResult
    from foundation.progress import OnProgress

__all__ = ["TuneParams", "tune", "write_stage_output"]

STAGE = "tune"


def tune(
    *,
    session: ExperimentSession | None = None,
    execution_id: str = "interactive",
    on_trial: "OnProgress[str] | None" = None,
    **params: Any,
) -> "TuningResult":
    """Search hyperparameters, confirm the best few on fresh folds, and record it all.

    `params` are those of `params/experiments/tune.yaml`, whose values hold where none is given.
    The trials run in processes of their own; a study that was stopped goes on when the same is
    asked for again. The test split is scored once, by the winner, and decides nothing. Raises
    InvalidParams for a search space that production does not accept, or a study of that name that
    was asked for something else; NotFound where the data is not there.
    """
    from experiments.tuning.run import run_search

    chosen: TuneParams = stage_params(TuneParams, STAGE, params)
    features = feature_set_named(chosen.features)
    return run_search(chosen, features, session or open_session(execution_id), on_trial)


def write_stage_output(tuned: "TuningResult", session: ExperimentSession) -> TuneOutput:
    """Leave what came out in the execution."""
    manifest, best = tuned.development.manifest, tuned.confirmation.winner
    output = TuneOutput(
        study=tuned.study,
        data_digest=manifest.data_digest,
        simulated=manifest.simulated,
        trials=len(tuned.trials),
        pruned=tuned.states["pruned"],
        failed=tuned.states["failed"],
        algorithm=best.spec.algorithm,
        hyperparameters=tuned.hyperparameters(),
        features=tuned.params.features,
        imbalance=tuned.params.imbalance,
        calibration=tuned.params.calibration,
        decision_threshold=tuned.winner.threshold,
        threshold_rule=tuned.params.threshold_rule,
        search_score=best.finalist.search_score,
        confirmed=best.metrics,
        test=tuned.winner.test,
        verdict=tuned.verdict(),
        run_id=tuned.run_id,
        tracking_problem=tuned.tracking_problem,
    )
    return session.execution.finish(STAGE, output)
