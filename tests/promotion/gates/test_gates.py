"""Every gate passes a good candidate, and gives its verdict whatever the others give."""

import math
from dataclasses import replace

from fakes.promotions.candidates import (
    GateInputs,
    refused,
    with_changed_run,
)
from foundation.digests import canonical_json
from fraud.features.history import SpendingWindows
from fraud.metrics.formatting import interval
from promotion.policy import Budgets, Policy

NAMES = [
    "hyperparameters", "servable", "run", "lineage", "leakage", "floors", "calibration", "size",
    "latency",
]  # fmt: skip
PAST = SpendingWindows(entity="customer", days=(1,))


def test_a_good_candidate_passes_every_gate(inputs: GateInputs) -> None:
    found = inputs.gates()
    assert list(found) == NAMES
    assert refused(found) == {}


def test_each_gate_says_its_figure_and_the_bar(inputs: GateInputs) -> None:
    found = inputs.gates()
    measured = inputs.metrics["average_precision"]
    assert f"average precision {interval(measured, 4)} (needs 0.7)" in found["floors"].reason
    assert found["floors"].figures["average_precision"] == measured.value
    assert found["calibration"].figures.keys() == {"calibration_error"}
    size = sum(map(len, inputs.candidate.recorded.model.to_files().values()))
    assert f"{size:,} of 50,000,000 bytes" in found["size"].reason
    assert found["latency"].figures["p99_milliseconds"] > 0
    assert inputs.candidate.recorded.data_digest[:10] in found["lineage"].reason


def test_all_gates_answer_whatever_the_others_say(inputs: GateInputs) -> None:
    broken = with_changed_run(
        replace(inputs.candidate, recorded=replace(inputs.candidate.recorded, history=(PAST,))),
        status="failed",
        tags={"git_dirty": "true", "data_digest": "unexplored"},
    )
    policy = Policy(budgets=Budgets(maximum_bytes=1, maximum_p99_milliseconds=1e-6))
    metrics = inputs.with_metric(accuracy=0.1, calibration_error=0.5)
    found = inputs.gates(policy, candidate=broken, metrics=metrics)
    assert list(found) == NAMES
    assert set(NAMES) - refused(found).keys() == {"hyperparameters"}
    assert {gate.verdict for gate in found.values()} == {"pass", "hold", "fail"}


def test_every_reason_is_a_sentence_that_json_can_hold(inputs: GateInputs) -> None:
    metrics = inputs.with_metric(accuracy=math.nan, calibration_error=math.inf)
    for gate in inputs.gates(metrics=metrics).values():
        assert gate.reason[0].isupper()
        assert gate.reason[-1] in ".?"
        canonical_json(gate.model_dump(mode="json"))
