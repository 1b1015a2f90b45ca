"""Gates: the verdict of each requirement of the policy on a candidate, apart from the others."""

from collections.abc import Mapping

from foundation.tracking.runs import Tracking
from fraud.data.arrays import Matrix
from fraud.metrics.estimates import Estimate
from promotion.candidates.candidate import Candidate
from promotion.gates.acceptance import hyperparameters_gate, servable_gate
from promotion.gates.budgets import latency_gate, measure_latency, size_gate
from promotion.gates.leakage import leakage_gate, newest_report
from promotion.gates.origin import lineage_gate, run_gate
from promotion.gates.quality import calibration_gate, floors_gate
from promotion.policy import Policy
from promotion.records import GateResult


def candidate_gates(
    candidate: Candidate,
    test_metrics: Mapping[str, Estimate],
    policy: Policy,
    *,
    floors: Mapping[str, float],
    rows: Matrix,
    tracking: Tracking,
    champion_is_simulated: bool | None = None,
) -> list[GateResult]:
    """Evaluate every gate that needs no champion, so that all problems show at once.

    `test_metrics` are measured on the test rows anew, `floors` are their minimums on these data,
    and `rows` are those rows, on which the latency is measured. `champion_is_simulated` says
    whether the champion's data is simulated; None means that there is no champion, or that it is
    not known.
    """
    recorded, model = candidate.recorded, candidate.recorded.model
    run = recorded.run
    return [
        hyperparameters_gate(model),
        servable_gate(recorded.history),
        run_gate(run, test_metrics),
        lineage_gate(run, policy.lineage, champion_is_simulated=champion_is_simulated),
        leakage_gate(run, newest_report(run, tracking), policy.leakage),
        floors_gate(test_metrics, floors),
        calibration_gate(test_metrics, policy.calibration),
        size_gate(model, policy.budgets),
        latency_gate(measure_latency(model, rows), policy.budgets),
    ]
