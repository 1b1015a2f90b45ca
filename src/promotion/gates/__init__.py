"""Gates: what each bar of the policy says of a candidate, whatever the others say."""

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
    rows: Matrix,
    tracking: Tracking,
    champion_is_simulated: bool | None = None,
) -> list[GateResult]:
    """Ask every gate that needs no champion; all answer, so that all problems show at once.

    `test_metrics` are of the test rows scored again, `rows` are those rows, which the model is
    timed on. The champion is simulated where its data is; None says that there is no champion.
    """
    recorded, model = candidate.recorded, candidate.recorded.model
    run = recorded.run
    return [
        hyperparameters_gate(model),
        servable_gate(recorded.history),
        run_gate(run, test_metrics),
        lineage_gate(run, policy.lineage, champion_is_simulated=champion_is_simulated),
        leakage_gate(run, newest_report(run, tracking), policy.leakage),
        floors_gate(test_metrics, policy.floors),
        calibration_gate(test_metrics, policy.calibration),
        size_gate(model, policy.budgets),
        latency_gate(measure_latency(model, rows), policy.budgets),
    ]
