"""Every gate lets a good candidate through, and each is seen to refuse one for a real cause."""

import json
import math
from dataclasses import replace
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import pytest

from experiments.explore import explore
from experiments.workshop import Workshop
from fakes.candidates import explored, rows_of_test, scored_again, told_otherwise
from fakes.tracking import FakeTracking
from fakes.tuning import tuned_in, workshop_in
from foundation.digests import canonical_json
from fraud.history_features import SpendingWindows
from fraud.leakage import Finding, ok, warn
from fraud.metrics import Estimate, evaluate_scores
from fraud.model_description import DESCRIPTION
from fraud.recipe import PLAIN
from promotion.candidate import Candidate, candidate_named
from promotion.gates import candidate_gates
from promotion.gates.acceptance import hyperparameters_gate
from promotion.gates.budgets import CALLS, WARM_UP, Latency, latency_gate, measured_latency
from promotion.gates.leakage import leakage_gate, newest_report
from promotion.policy import (
    Budgets,
    Calibration,
    Floors,
    Leakage,
    LineageRules,
    Policy,
)
from promotion.records import GateResult
from shelf.recorded_runs import EXPLORATIONS, LEAKAGE, MODEL_FILES

CLEAN = ok("single columns", "No column alone tells fraud from the rest.")
TELLING = warn("single columns", "These columns alone rank frauds almost perfectly: V1.")
OTHER_DAYS = warn("train versus test", "A model tells test rows from train rows.")
COMMITTED = {"git_dirty": "false", "git_commit": "c" * 40}
NAMES = [
    "hyperparameters", "servable", "run", "lineage", "leakage", "floors", "calibration", "size",
    "latency",
]  # fmt: skip


class Asked(NamedTuple):
    """A good candidate, and everything that the gates are asked with."""

    workshop: Workshop
    tracking: FakeTracking
    candidate: Candidate
    metrics: dict[str, Estimate]
    rows: Any

    def gates(self, policy: Policy = Policy(), **changed: Any) -> dict[str, GateResult]:  # noqa: B008
        told = {"rows": self.rows, "tracking": self.tracking} | changed
        candidate = told.pop("candidate", self.candidate)
        metrics = told.pop("metrics", self.metrics)
        return {gate.gate: gate for gate in candidate_gates(candidate, metrics, policy, **told)}

    def with_run(self, **changed: Any) -> Candidate:
        return told_otherwise(self.candidate, **changed)

    def with_metric(self, **values: float) -> dict[str, Estimate]:
        changed = {name: Estimate(value, value, value) for name, value in values.items()}
        return self.metrics | changed


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    tracking = FakeTracking()
    workshop = workshop_in(tmp_path_factory.mktemp("state"), tracking)
    tuned_in(workshop, trials=2)
    # As of a commit: whoever works on this project runs its tests before committing.
    candidate = told_otherwise(candidate_named("", tracking), tags=COMMITTED)
    explored(tracking, candidate.recorded.data_digest, CLEAN)
    rows = rows_of_test(candidate, workshop)
    return Asked(workshop, tracking, candidate, scored_again(candidate, rows), rows.rows)


def refused(found: dict[str, GateResult]) -> dict[str, str]:
    """The reasons of the gates that did not pass."""
    return {name: gate.reason for name, gate in found.items() if gate.verdict != "pass"}


def test_a_good_candidate_passes_every_gate(asked: Asked) -> None:
    found = asked.gates()
    assert list(found) == NAMES
    assert refused(found) == {}


def test_each_gate_says_its_figure_and_the_bar(asked: Asked) -> None:
    found = asked.gates()
    value = asked.metrics["average_precision"].value
    assert f"average_precision {value:.4f} (needs 0.7)" in found["floors"].reason
    assert found["floors"].figures["average_precision"] == value
    assert found["calibration"].figures.keys() == {"calibration_error"}
    size = sum(map(len, asked.candidate.recorded.model.to_files().values()))
    assert f"{size:,} of 50,000,000 bytes" in found["size"].reason
    assert found["latency"].figures["p99_milliseconds"] > 0
    assert asked.candidate.recorded.data_digest[:10] in found["lineage"].reason


def test_all_gates_answer_whatever_the_others_say(asked: Asked) -> None:
    broken = told_otherwise(
        replace(asked.candidate, recorded=replace(asked.candidate.recorded, history=(PAST,))),
        status="failed",
        tags={"git_dirty": "true", "data_digest": "unexplored"},
    )
    policy = Policy(budgets=Budgets(maximum_bytes=1, maximum_p99_milliseconds=1e-6))
    metrics = asked.with_metric(accuracy=0.1, calibration_error=0.5)
    found = asked.gates(policy, candidate=broken, metrics=metrics)
    assert list(found) == NAMES
    assert set(NAMES) - refused(found).keys() == {"hyperparameters"}
    assert {gate.verdict for gate in found.values()} == {"pass", "hold", "fail"}


def test_every_reason_is_a_sentence_that_json_can_hold(asked: Asked) -> None:
    metrics = asked.with_metric(accuracy=math.nan, calibration_error=math.inf)
    for gate in asked.gates(metrics=metrics).values():
        assert gate.reason[0].isupper()
        assert gate.reason[-1] in ".?"
        canonical_json(gate.model_dump(mode="json"))


# Acceptance


def recorded_with(asked: Asked, **described: Any) -> Candidate:
    """A candidate whose model.json says something else, read from the tracking server."""
    run_id = asked.candidate.facts.run_id
    other = FakeTracking()
    other.runs, other.artifacts = dict(asked.tracking.runs), dict(asked.tracking.artifacts)
    name = f"{MODEL_FILES}{DESCRIPTION}"
    content = json.loads(other.artifacts[run_id][name]) | described
    files = {**other.artifacts[run_id], name: json.dumps(content).encode()}
    other.artifacts[run_id] = files
    return told_otherwise(candidate_named(run_id, other), tags=COMMITTED)


def test_hyperparameters_of_an_older_and_wider_range_are_refused(asked: Asked) -> None:
    model = asked.candidate.recorded.model
    wide = recorded_with(asked, hyperparameters={**model.hyperparameters, "C": -1.0})
    reason = refused(asked.gates(candidate=wide))["hyperparameters"]
    assert "logistic_regression: C: " in reason
    assert "not -1.0" in reason


def test_a_hyperparameter_that_is_no_more_is_refused(asked: Asked) -> None:
    old = recorded_with(asked, hyperparameters={"penalty": "l1"})
    assert "penalty: no such parameter" in refused(asked.gates(candidate=old))["hyperparameters"]


@pytest.mark.parametrize(
    ("described", "problem"),
    [({"threshold": 1.5}, "its threshold is 1.5"), ({"seed": -1}, "its seed is -1")],
)
def test_what_training_would_not_take_is_refused(
    described: dict[str, Any], problem: str, asked: Asked
) -> None:
    odd = recorded_with(asked, **described)
    assert problem in refused(asked.gates(candidate=odd))["hyperparameters"].lower()


def test_a_recipe_that_production_refuses_is_refused(asked: Asked) -> None:
    model = asked.candidate.recorded.model
    recipe = PLAIN.model_copy(update={"bags": 50})
    described = model.description.model_copy(update={"recipe": recipe})
    reason = hyperparameters_gate(replace(model, description=described)).reason
    assert reason.startswith("Production refuses its recipe: bags:")


PAST = SpendingWindows(entity="customer", days=(1,))


def test_features_that_only_experiments_compute_are_refused(asked: Asked) -> None:
    recorded = replace(asked.candidate.recorded, history=(PAST,))
    found = asked.gates(candidate=replace(asked.candidate, recorded=recorded))
    assert "spending_windows of each customer" in refused(found)["servable"]


# Origin


def test_a_run_that_is_not_finished_is_refused(asked: Asked) -> None:
    found = asked.gates(candidate=asked.with_run(status="running"))
    assert "is running" in refused(found)["run"]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_recorded_metric_that_is_no_number_is_named(value: float, asked: Asked) -> None:
    metrics = {**asked.candidate.recorded.run.metrics, "test_recall": value, "roc_auc_low": value}
    found = asked.gates(candidate=asked.with_run(metrics=metrics))
    assert refused(found)["run"] == "Not a finite number: roc_auc_low, test_recall."


def test_a_metric_of_the_test_rows_that_is_no_number_fails_everywhere(asked: Asked) -> None:
    metrics = asked.with_metric(average_precision=math.nan, calibration_error=math.nan)
    reasons = refused(asked.gates(metrics=metrics))
    assert "average_precision (scored again)" in reasons["run"]
    assert reasons["floors"] == "Average_precision is nan, needs 0.7."
    assert "nan" in reasons["calibration"]


@pytest.mark.parametrize(
    ("tag", "what"),
    [("data_digest", "data"), ("split", "split"), ("environment_digest", "environment")],
)
def test_what_is_not_known_of_a_models_origin_is_named(tag: str, what: str, asked: Asked) -> None:
    found = asked.gates(candidate=asked.with_run(tags={tag: None}))
    assert refused(found)["lineage"] == f"Its {what} is not known."


def test_code_is_known_by_its_commit_or_by_its_digest(asked: Asked) -> None:
    def lineage(**tags: str | None) -> GateResult:
        return asked.gates(candidate=asked.with_run(tags=tags))["lineage"]

    assert lineage(git_commit=None).verdict == "pass"
    assert lineage(code_digest=None).verdict == "pass"
    assert lineage(git_commit=None, code_digest=None).reason == "Its code is not known."


def test_code_that_was_not_committed_is_refused(asked: Asked) -> None:
    dirty = asked.with_run(tags={"git_dirty": "true"})
    assert "not committed" in refused(asked.gates(candidate=dirty))["lineage"]
    unknown = asked.with_run(tags={"git_dirty": None})
    assert "not known whether" in refused(asked.gates(candidate=unknown))["lineage"]
    lax = Policy(lineage=LineageRules(require_clean_tree=False))
    assert refused(asked.gates(lax, candidate=dirty)) == {}


def test_simulated_data_follows_only_simulated_data(asked: Asked) -> None:
    assert asked.candidate.recorded.run.tags["simulated"] == "true"
    assert refused(asked.gates(champion_is_simulated=True)) == {}
    found = asked.gates(champion_is_simulated=False)
    assert "the champion's is real" in refused(found)["lineage"]
    strict = Policy(lineage=LineageRules(simulated_data="never"))
    assert "simulated" in refused(asked.gates(strict))["lineage"]


def test_real_data_may_follow_anything(asked: Asked) -> None:
    real = asked.with_run(tags={"simulated": "false"})
    for champion in (None, True, False):
        strict = Policy(lineage=LineageRules(simulated_data="never"))
        found = asked.gates(strict, candidate=real, champion_is_simulated=champion)
        assert refused(found) == {}


# Leakage


def judged(asked: Asked, *findings: Finding, rules: Leakage = Leakage(), **tags: str) -> GateResult:  # noqa: B008
    candidate = asked.with_run(tags=tags)
    run, tracking = candidate.recorded.run, FakeTracking()
    explored(tracking, candidate.recorded.data_digest, *findings)
    return leakage_gate(run, newest_report(run, tracking), rules)


def test_without_a_report_it_holds_and_says_how_to_make_one(asked: Asked) -> None:
    gate = asked.gates(tracking=FakeTracking())["leakage"]
    assert gate.verdict == "hold"
    assert "1_explore" in gate.reason
    assert "ceap stage experiments/explore --execution-id explore-" in gate.reason
    assert "--set explore.data=creditcard --set explore.method=stratified" in gate.reason
    lax = Policy(leakage=Leakage(require_report=False))
    assert asked.gates(lax, tracking=FakeTracking())["leakage"].verdict == "pass"


def test_a_report_about_other_splits_is_none(asked: Asked) -> None:
    tracking = FakeTracking()
    explored(tracking, "e" * 64, CLEAN)
    assert asked.gates(tracking=tracking)["leakage"].verdict == "hold"


def test_a_report_without_findings_or_meaning_holds(asked: Asked) -> None:
    assert judged(asked).verdict == "hold"
    tracking, digest = FakeTracking(), asked.candidate.recorded.data_digest
    run_id = explored(tracking, digest, CLEAN)
    tracking.artifacts[run_id][LEAKAGE] = b'{"findings": 3}'
    gate = asked.gates(tracking=tracking)["leakage"]
    assert (gate.verdict, "says nothing" in gate.reason) == ("hold", True)


def test_a_warning_fails_with_its_check_and_sentence(asked: Asked) -> None:
    gate = judged(asked, CLEAN, TELLING)
    assert gate.verdict == "fail"
    assert gate.reason == (
        "Single columns warns: These columns alone rank frauds almost perfectly: V1."
    )
    assert gate.figures == {"checks": 2, "warnings": 1}


def test_a_warning_that_a_person_judged_harmless_does_not_block(asked: Asked) -> None:
    gate = judged(asked, TELLING, rules=Leakage(may_warn=("single columns",)))
    assert gate.verdict == "pass"
    assert "but for single columns" in gate.reason
    others = judged(asked, TELLING, OTHER_DAYS, rules=Leakage(may_warn=("single columns",)))
    assert others.reason.startswith("Train versus test warns")


def test_later_days_may_differ_where_the_split_is_by_time(asked: Asked) -> None:
    assert judged(asked, OTHER_DAYS, split="time").verdict == "pass"
    assert judged(asked, OTHER_DAYS, split="stratified").verdict == "fail"
    assert judged(asked, TELLING, split="time").verdict == "fail"


def test_the_newest_report_counts(asked: Asked) -> None:
    tracking, digest = FakeTracking(), asked.candidate.recorded.data_digest
    explored(tracking, digest, TELLING, minute=1)
    explored(tracking, digest, CLEAN, minute=2)
    explored(tracking, digest, TELLING, minute=3, status="failed")
    without = explored(tracking, digest, TELLING, minute=4)
    tracking.artifacts[without].clear()
    assert asked.gates(tracking=tracking)["leakage"].verdict == "pass"
    explored(tracking, digest, TELLING, minute=5)
    assert asked.gates(tracking=tracking)["leakage"].verdict == "fail"


def test_what_an_exploration_recorded_is_found(asked: Asked) -> None:
    """The data of these tests has a column that tells too much, and is refused for it."""
    there = asked.workshop.tracking.find([EXPLORATIONS])
    found = explore(workshop=asked.workshop, resamples=20, workers=1)
    assert found.leakage.warnings[0].check == "single columns"
    gate = asked.gates()["leakage"]
    asked.tracking.runs.pop(found.run_id or "")  # other tests have another report
    assert len(asked.workshop.tracking.find([EXPLORATIONS])) == len(there)
    assert gate.verdict == "fail"
    assert found.leakage.warnings[0].sentence in gate.reason


# Quality


@pytest.mark.parametrize(
    ("metric", "value", "bar"),
    [("accuracy", 0.8999, 0.9), ("average_precision", 0.6999, 0.7),
     ("recall_at_1pct_fpr", 0.7499, 0.75)],
)  # fmt: skip
def test_a_metric_below_its_floor_is_refused(
    metric: str, value: float, bar: float, asked: Asked
) -> None:
    short = asked.gates(metrics=asked.with_metric(**{metric: value}))
    named = f"{metric[0].upper()}{metric[1:]}"
    assert refused(short) == {"floors": f"{named} is {value}, needs {bar}."}
    assert refused(asked.gates(metrics=asked.with_metric(**{metric: bar}))) == {}


def test_a_model_that_never_says_fraud_is_refused_though_it_is_nearly_always_right(
    asked: Asked,
) -> None:
    labels = np.arange(1000) % 500 == 0
    metrics = evaluate_scores(labels, np.zeros(1000), threshold=0.5, days=None, resamples=5)
    reason = refused(asked.gates(metrics=metrics))["floors"]
    assert metrics["accuracy"].value == 0.998
    assert "accuracy" not in reason.lower()
    assert "verage_precision is 0.0020, needs 0.7" in reason


def test_several_shortfalls_are_all_named(asked: Asked) -> None:
    metrics = asked.with_metric(accuracy=0.5, average_precision=0.25)
    reason = refused(asked.gates(metrics=metrics))["floors"]
    assert reason == "Accuracy is 0.5000, needs 0.9; average_precision is 0.2500, needs 0.7."


def test_what_was_not_measured_is_below_its_floor(asked: Asked) -> None:
    found = asked.gates(metrics={})
    assert "average_precision is not measured" in refused(found)["floors"]
    assert "not measured" in refused(found)["calibration"]


def test_a_policy_without_floors_asks_for_nothing(asked: Asked) -> None:
    none = Floors(minimum_accuracy=0, minimum_average_precision=0, minimum_recall_at_1pct_fpr=0)
    assert asked.gates(Policy(floors=none), metrics={})["floors"].verdict == "pass"


def test_scores_that_are_no_probabilities_are_refused(asked: Asked) -> None:
    model, rows = asked.candidate.recorded.model, rows_of_test(asked.candidate, asked.workshop)
    overconfident = np.sqrt(model.scores(rows.rows))  # the same order, so the same ranking
    metrics = evaluate_scores(
        rows.labels, overconfident, threshold=model.threshold, days=None, resamples=5
    )
    reasons = refused(asked.gates(metrics=metrics))
    assert reasons.keys() == {"calibration"}
    assert "0.01 is the most" in reasons["calibration"]
    none = Policy(calibration=Calibration(maximum_calibration_error=1))
    assert refused(asked.gates(none, metrics=metrics)) == {}


# Budgets


def test_a_model_that_takes_too_much_room_is_refused(asked: Asked) -> None:
    size = sum(map(len, asked.candidate.recorded.model.to_files().values()))
    small = asked.gates(Policy(budgets=Budgets(maximum_bytes=size - 1)))
    assert refused(small) == {"size": f"Its files have {size:,} of {size - 1:,} bytes."}
    assert refused(asked.gates(Policy(budgets=Budgets(maximum_bytes=size)))) == {}


def test_a_model_that_takes_too_long_is_refused(asked: Asked) -> None:
    hurried = Policy(budgets=Budgets(maximum_p99_milliseconds=1e-6))  # no model is that fast
    reason = refused(asked.gates(hurried))["latency"]
    assert reason.endswith("of 1e-06 ms.")


def test_a_few_slow_calls_are_not_the_median_but_the_ninety_ninth(asked: Asked) -> None:
    """A clock that says 1 ms a call, but 80 ms for five of them."""
    model, ticks = asked.candidate.recorded.model, count()
    slow = {WARM_UP + place for place in (0, 50, 100, 200, 299)}
    now = [0.0]

    def clock() -> float:
        tick = next(ticks)
        if tick % 2:
            now[0] += 0.080 if tick // 2 in slow else 0.001
        return now[0]

    found = measured_latency(model, asked.rows, clock)
    assert next(ticks) == 2 * (WARM_UP + CALLS)
    assert found == pytest.approx(Latency(1.0, 80.0))
    gate = latency_gate(found, Budgets(maximum_p99_milliseconds=50))
    assert (gate.verdict, gate.reason) == (
        "fail", "It takes 80 ms to score one transaction in 99 of 100 cases, of 50 ms.",
    )  # fmt: skip
    assert gate.figures == pytest.approx({"p50_milliseconds": 1.0, "p99_milliseconds": 80.0})


def test_calls_before_the_model_is_warm_do_not_count(asked: Asked) -> None:
    ticks, now = count(), [0.0]

    def clock() -> float:
        tick = next(ticks)
        if tick % 2:
            now[0] += 5.0 if tick // 2 < WARM_UP else 0.001
        return now[0]

    found = measured_latency(asked.candidate.recorded.model, asked.rows[:1], clock)
    assert found.p99 == pytest.approx(1.0)
