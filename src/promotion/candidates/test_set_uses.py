"""Test set evaluations: how many models were scored on the same test rows before the choice.

Each of them had a chance to be lucky on these rows, so the p-value of the chosen one is corrected
for all of them.
"""

from collections.abc import Mapping

from catalog.recorded_runs import TEST_EVALUATION
from foundation.tracking.runs import FoundRun, Tracking
from fraud.metrics.estimates import Estimate
from fraud.metrics.formatting import flat

SCORED = "test_average_precision"
EVERYTHING = 1_000_000


def count_test_set_evaluations(data_digest: str, run: FoundRun, tracking: Tracking) -> int:
    """Count the models that were scored on the test rows of this data, that of `run` included."""
    condition = f"tags.`data_digest` = '{data_digest}' and metrics.`{SCORED}` >= 0"
    found = tracking.find(None, condition, limit=EVERYTHING)
    scored = {model for each in found for model in _scored_models(each)}
    return len(scored | (_scored_models(run) or {run.run_id}))


def record_test_evaluation(
    run: FoundRun, metrics: Mapping[str, Estimate], tracking: Tracking
) -> None:
    """Record on a run the metrics of its model on the test rows, unless the run has them.

    A study records its own evaluation; a contender of a comparison is first scored on the test rows
    by its promotion.
    """
    if SCORED not in run.metrics:
        tracking.add(run.run_id, flat(metrics, "test_"), {})


def _scored_models(run: FoundRun) -> set[str]:
    """Return one key for each distinct model of a run that was scored on the test rows.

    The key is the digest of the configuration, or else the score: a model that was made again, with
    the same score, is not another model. A run that trained a promoted configuration adds none:
    that model was chosen before.
    """
    if "promotion_id" in run.tags:
        return set()
    if "config_digest" in run.tags:
        return {run.tags["config_digest"]}
    earlier = {
        name.removeprefix(TEST_EVALUATION) for name in run.tags if name.startswith(TEST_EVALUATION)
    }  # earlier winners of a study that was continued
    return earlier | ({repr(run.metrics[SCORED])} if SCORED in run.metrics else set())
