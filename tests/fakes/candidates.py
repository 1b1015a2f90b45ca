"""Candidates over fakes: what a small tuning left, as a promotion finds it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from experiments.workshop import Workshop
from fakes.run_trees import NOON
from fakes.tracking import FakeTracking
from foundation.tracked_runs import TrackedRun
from fraud.labelled_rows import LabelledRows
from fraud.leakage import Finding
from fraud.leakage_report import LeakageReport
from fraud.metrics import Estimate, evaluate_scores
from promotion.candidate import Candidate
from shelf.labelled_splits import days, read_labelled
from shelf.prepared_data import read_manifest
from shelf.recorded_runs import EXPLORATIONS, LEAKAGE


def told_otherwise(candidate: Candidate, **changed: Any) -> Candidate:
    """The candidate as if its run said something else; a tag of None is not said at all."""
    run, tags = candidate.recorded.run, changed.pop("tags", {})
    told = {name: text for name, text in {**run.tags, **tags}.items() if text is not None}
    run = run.model_copy(update={**changed, "tags": told})
    return replace(candidate, recorded=replace(candidate.recorded, run=run))


def rows_of_test(candidate: Candidate, workshop: Workshop) -> LabelledRows:
    recorded = candidate.recorded
    manifest = read_manifest(workshop.execution, recorded.data_digest)
    return read_labelled(workshop.execution, manifest, "test", recorded.history)


def scored_again(candidate: Candidate, rows: LabelledRows) -> dict[str, Estimate]:
    model = candidate.recorded.model
    return evaluate_scores(
        rows.labels,
        model.scores(rows.rows),
        threshold=model.threshold,
        days=days(rows),
        resamples=20,
    )


def explored(
    tracking: FakeTracking, data_digest: str, *findings: Finding, minute: int = 0, **changed: Any
) -> str:
    """Record an exploration that found this."""
    report = LeakageReport(findings=findings).to_json().encode()
    told = run_in(EXPLORATIONS, minute, tags={"kind": "exploration", "data_digest": data_digest})
    return tracking.log(told.model_copy(update=changed), {LEAKAGE: report})


def run_in(experiment: str, minute: int = 0, **facts: Any) -> TrackedRun:
    """A run of an experiment that ended some minutes after noon."""
    start = NOON + timedelta(minutes=minute)
    told = {"name": f"run at {minute}", "params": {}, "tags": {}, "metrics": {}} | facts
    return TrackedRun(
        experiment=experiment, started_at=start, finished_at=start + timedelta(seconds=30), **told
    )
