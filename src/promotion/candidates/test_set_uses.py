"""Looks: how many models were scored on the same test rows before one of them was picked.

Each had its chance to be lucky there, so whatever is said of the one that was picked is corrected
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
    """Add to a run that its model was scored on the test rows, unless it says so already.

    A study says so itself; a contender of a comparison is scored there by its promotion first.
    """
    if SCORED not in run.metrics:
        tracking.add(run.run_id, flat(metrics, "test_"), {})


def _scored_models(run: FoundRun) -> set[str]:
    """Tell the models of a run apart: by what they are made from, or by how they did.

    A model that was made again, to the same score, is not another one. What is trained because it
    was promoted was picked before.
    """
    if "promotion_id" in run.tags:
        return set()
    if "config_digest" in run.tags:
        return {run.tags["config_digest"]}
    earlier = {
        name.removeprefix(TEST_EVALUATION) for name in run.tags if name.startswith(TEST_EVALUATION)
    }  # of a study that went on, the winners that it had before
    return earlier | ({repr(run.metrics[SCORED])} if SCORED in run.metrics else set())
