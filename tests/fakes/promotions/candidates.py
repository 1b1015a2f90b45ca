"""Candidates over fakes: what a small tuning left, as a promotion finds it and its gates do."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from catalog.labelled_splits import read_labelled
from catalog.prepared_data import read_manifest
from catalog.recorded_runs import EXPLORATIONS, LEAKAGE
from experiments.session import ExperimentSession
from fakes.ports.tracking import FakeTracking
from fakes.studies.run_trees import NOON
from fakes.studies.tuning import session_in, tuned_in
from foundation.tracking.runs import TrackedRun
from fraud.data.labelled_rows import LabelledRows
from fraud.leakage.checks import LeakageFinding, ok
from fraud.leakage.report import LeakageReport
from fraud.metrics.estimates import Estimate, evaluate_scores
from fraud.metrics.evaluation import day_numbers
from promotion.candidates.candidate import Candidate, load_candidate
from promotion.gates import candidate_gates
from promotion.policy import Policy
from promotion.records import GateResult

COMMITTED = {"git_dirty": "false", "git_commit": "c" * 40, "sources_changed": "false"}
# Code that no commit has.
NEVER_COMMITTED = {"git_dirty": "true", "code_digest": "0" * 64, "uncommitted_files": "src/new.py"}
FLOORS = {"accuracy": 0.9, "average_precision": 0.7, "recall_at_1pct_fpr": 0.75}
CLEAN = ok("single columns", "No column alone tells fraud from the rest.")


class GateInputs(NamedTuple):
    """A good candidate, and everything that the gates are asked with."""

    session: ExperimentSession
    tracking: FakeTracking
    candidate: Candidate
    metrics: dict[str, Estimate]
    rows: Any

    def gates(self, policy: Policy = Policy(), **changed: Any) -> dict[str, GateResult]:  # noqa: B008
        arguments = {"rows": self.rows, "tracking": self.tracking, "floors": FLOORS} | changed
        candidate = arguments.pop("candidate", self.candidate)
        metrics = arguments.pop("metrics", self.metrics)
        return {
            gate.gate: gate for gate in candidate_gates(candidate, metrics, policy, **arguments)
        }

    def with_run(self, **changed: Any) -> Candidate:
        return with_changed_run(self.candidate, **changed)

    def with_metric(self, **values: float) -> dict[str, Estimate]:
        changed = {name: Estimate(value, value, value) for name, value in values.items()}
        return self.metrics | changed


def gate_inputs_in(folder: Path) -> GateInputs:
    tracking = FakeTracking()
    session = session_in(folder, tracking)
    tuned_in(session, trials=2)
    # As of a commit: whoever works on this project runs its tests before committing.
    candidate = with_changed_run(load_candidate("", tracking), tags=COMMITTED)
    explored(tracking, candidate.recorded.data_digest, CLEAN)
    rows = rows_of_test(candidate, session)
    return GateInputs(session, tracking, candidate, scored_again(candidate, rows), rows.rows)


def refused(found: dict[str, GateResult]) -> dict[str, str]:
    """The reasons of the gates that did not pass."""
    return {name: gate.reason for name, gate in found.items() if gate.verdict != "pass"}


def with_changed_run(candidate: Candidate, **changed: Any) -> Candidate:
    """The candidate as if its run said something else; a tag of None is not said at all."""
    run, tags = candidate.recorded.run, changed.pop("tags", {})
    tags_left = {name: text for name, text in {**run.tags, **tags}.items() if text is not None}
    run = run.model_copy(update={**changed, "tags": tags_left})
    return replace(candidate, recorded=replace(candidate.recorded, run=run))


def rows_of_test(candidate: Candidate, session: ExperimentSession) -> LabelledRows:
    recorded = candidate.recorded
    manifest = read_manifest(session.execution, recorded.data_digest)
    return read_labelled(session.execution, manifest, "test", recorded.history)


def scored_again(candidate: Candidate, rows: LabelledRows) -> dict[str, Estimate]:
    model = candidate.recorded.model
    return evaluate_scores(
        rows.labels,
        model.scores(rows.rows),
        threshold=model.threshold,
        days=day_numbers(rows),
        resamples=20,
    )


def explored(
    tracking: FakeTracking,
    data_digest: str,
    *findings: LeakageFinding,
    minute: int = 0,
    **changed: Any,
) -> str:
    """Record an exploration that found this."""
    report = LeakageReport(findings=findings).to_json().encode()
    run = run_in(EXPLORATIONS, minute, tags={"kind": "exploration", "data_digest": data_digest})
    return tracking.log(run.model_copy(update=changed), {LEAKAGE: report})


def run_in(experiment: str, minute: int = 0, **facts: Any) -> TrackedRun:
    """A run of an experiment that ended some minutes after noon."""
    start = NOON + timedelta(minutes=minute)
    arguments = {"name": f"run at {minute}", "params": {}, "tags": {}, "metrics": {}} | facts
    return TrackedRun(
        experiment=experiment,
        started_at=start,
        finished_at=start + timedelta(seconds=30),
        **arguments,
    )
