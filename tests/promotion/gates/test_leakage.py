"""Leakage gate: no model is promoted on splits that leak, or that nobody examined."""

import pytest

from catalog.recorded_runs import EXPLORATIONS, LEAKAGE
from experiments.explore import explore
from fakes.ports.tracking import FakeTracking
from fakes.promotions.candidates import CLEAN, GateInputs, explored
from fraud.leakage.checks import LeakageFinding, warn
from promotion.gates.leakage import leakage_gate, newest_report
from promotion.policy import LeakageRules, Policy
from promotion.records import GateResult

TELLING = warn("single columns", "These columns alone rank frauds almost perfectly: V1.")
OTHER_DAYS = warn("adversarial validation", "A model tells test rows from train rows.")
RULES = LeakageRules()


def judged(
    inputs: GateInputs, *findings: LeakageFinding, rules: LeakageRules = RULES, **tags: str
) -> GateResult:
    candidate = inputs.with_run(tags=tags)
    run, tracking = candidate.recorded.run, FakeTracking()
    explored(tracking, candidate.recorded.data_digest, *findings)
    return leakage_gate(run, newest_report(run, tracking), rules)


def test_without_a_report_it_holds_and_says_how_to_make_one(inputs: GateInputs) -> None:
    gate = inputs.gates(tracking=FakeTracking())["leakage"]
    assert gate.verdict == "hold"
    assert "1_explore" in gate.reason
    assert "ceap stage experiments/explore --execution-id explore-" in gate.reason
    assert "--data creditcard --set explore.method=stratified" in gate.reason
    lax = Policy(leakage=LeakageRules(require_report=False))
    assert inputs.gates(lax, tracking=FakeTracking())["leakage"].verdict == "pass"


def test_a_report_about_other_splits_is_none(inputs: GateInputs) -> None:
    tracking = FakeTracking()
    explored(tracking, "e" * 64, CLEAN)
    assert inputs.gates(tracking=tracking)["leakage"].verdict == "hold"


def test_a_report_without_findings_or_meaning_holds(inputs: GateInputs) -> None:
    assert judged(inputs).verdict == "hold"
    tracking, digest = FakeTracking(), inputs.candidate.recorded.data_digest
    run_id = explored(tracking, digest, CLEAN)
    tracking.artifacts[run_id][LEAKAGE] = b'{"findings": 3}'
    gate = inputs.gates(tracking=tracking)["leakage"]
    assert (gate.verdict, "says nothing" in gate.reason) == ("hold", True)


def test_a_warning_fails_with_its_check_and_sentence(inputs: GateInputs) -> None:
    gate = judged(inputs, CLEAN, TELLING)
    assert gate.verdict == "fail"
    assert gate.reason == (
        "Single columns warns: These columns alone rank frauds almost perfectly: V1."
    )
    assert gate.figures == {"checks": 2, "warnings": 1}


def test_a_warning_that_a_person_judged_harmless_does_not_block(inputs: GateInputs) -> None:
    gate = judged(inputs, TELLING, rules=LeakageRules(may_warn=("single columns",)))
    assert gate.verdict == "pass"
    assert "but for single columns" in gate.reason
    others = judged(inputs, TELLING, OTHER_DAYS, rules=LeakageRules(may_warn=("single columns",)))
    assert others.reason.startswith("Adversarial validation warns")


def test_later_days_may_differ_where_the_split_is_by_time(inputs: GateInputs) -> None:
    assert judged(inputs, OTHER_DAYS, split="time").verdict == "pass"
    assert judged(inputs, OTHER_DAYS, split="stratified").verdict == "fail"
    assert judged(inputs, TELLING, split="time").verdict == "fail"


@pytest.mark.parametrize("check", ["constant columns", "fraud share"])
def test_what_makes_no_figure_untrue_does_not_block(inputs: GateInputs, check: str) -> None:
    gate = judged(inputs, CLEAN, warn(check, "It moved from 3.3 to 4.0 %."))
    assert gate.verdict == "pass"
    assert f"but for {check}" in gate.reason


def test_a_random_split_that_flatters_blocks_only_what_was_split_at_random(
    inputs: GateInputs,
) -> None:
    flattering = warn("split gap", "A random split flatters the model.")
    assert judged(inputs, flattering, split="stratified").verdict == "fail"
    assert judged(inputs, flattering, split="time").verdict == "pass"


def test_the_newest_report_counts(inputs: GateInputs) -> None:
    tracking, digest = FakeTracking(), inputs.candidate.recorded.data_digest
    explored(tracking, digest, TELLING, minute=1)
    explored(tracking, digest, CLEAN, minute=2)
    explored(tracking, digest, TELLING, minute=3, status="failed")
    without = explored(tracking, digest, TELLING, minute=4)
    tracking.artifacts[without].clear()
    assert inputs.gates(tracking=tracking)["leakage"].verdict == "pass"
    explored(tracking, digest, TELLING, minute=5)
    assert inputs.gates(tracking=tracking)["leakage"].verdict == "fail"


def test_what_an_exploration_recorded_is_found(inputs: GateInputs) -> None:
    """The data of these tests has a column that tells too much, and is refused for it."""
    there = inputs.session.tracking.find([EXPLORATIONS])
    found = explore(session=inputs.session, resamples=20, workers=1)
    assert found.leakage.warnings[0].check == "single columns"
    gate = inputs.gates()["leakage"]
    inputs.tracking.runs.pop(found.run_id or "")  # other tests have another report
    assert len(inputs.session.tracking.find([EXPLORATIONS])) == len(there)
    assert gate.verdict == "fail"
    assert found.leakage.warnings[0].sentence in gate.reason
