"""Leakage: whether a leakage report exists for these splits, and warns of nothing."""

from typing import NamedTuple

from pydantic import ValidationError

from catalog.recorded_runs import EXPLORATIONS, LEAKAGE
from foundation.commands import run_stage
from foundation.tracking.runs import FoundRun, Tracking
from fraud.leakage.checks import CONSTANT_COLUMNS, FRAUD_SHARE, SPLIT_GAP, LeakageFinding
from fraud.leakage.report import ADVERSARIAL_VALIDATION, LeakageReport
from promotion.gates.result import hold, pass_or_fail
from promotion.policy import LeakageRules
from promotion.records import GateResult

GATE = "leakage"
# Warnings that make no figure of the candidate untrue.
HARMLESS = {CONSTANT_COLUMNS, FRAUD_SHARE}
# Nor do these where the split is by time: later days do differ, and the figures are of later days.
DRIFT = {ADVERSARIAL_VALIDATION, SPLIT_GAP}


class FoundReport(NamedTuple):
    """The report of an exploration; None where it cannot be read."""

    run_id: str
    report: LeakageReport | None


def newest_report(run: FoundRun, tracking: Tracking) -> FoundReport | None:
    """Read the newest leakage report on the splits that this run's model was made with."""
    same = f"tags.`data_digest` = '{run.tags.get('data_digest', '')}'"
    explored = tracking.find([EXPLORATIONS], f"{same} and attributes.status = 'FINISHED'")
    for each in explored:
        if LEAKAGE in tracking.artifact_names(each.run_id):
            return _read(tracking.read_artifact(each.run_id, LEAKAGE), each.run_id)
    return None


def leakage_gate(run: FoundRun, found: FoundReport | None, rules: LeakageRules) -> GateResult:
    """Hold without a report; fail for a warning that makes the candidate's figures untrue.

    The policy may allow more.
    """
    if found is None and not rules.require_report:
        return pass_or_fail(GATE, [], "There is no leakage report, and the policy asks for none.")
    if found is None:
        return hold(GATE, f"Nobody looked for leakage in these splits yet: {_way_out(run)}.")
    if found.report is None or not found.report.findings:
        reason = f"The leakage report of run {found.run_id} says nothing: {_way_out(run)} again."
        return hold(GATE, reason)
    return _result_of(run, found.run_id, found.report, rules)


def _result_of(
    run: FoundRun, run_id: str, report: LeakageReport, rules: LeakageRules
) -> GateResult:
    allowed = {*rules.may_warn, *HARMLESS}
    if run.tags.get("split") == "time":
        allowed |= DRIFT
    blocking = [each for each in report.warnings if each.check not in allowed]
    harmless = [each.check for each in report.warnings if each.check in allowed]
    counts = {"checks": float(len(report.findings)), "warnings": float(len(report.warnings))}
    exceptions = f" but for {', '.join(harmless)}, which may" if harmless else ""
    fine = f"None of {len(report.findings)} checks of run {run_id[:8]} warns{exceptions}."
    return pass_or_fail(GATE, list(map(_warning_text, blocking)), fine, counts)


def _warning_text(finding: LeakageFinding) -> str:
    return f"{finding.check} warns: {finding.sentence}"


def _read(data: bytes, run_id: str) -> FoundReport:
    try:
        return FoundReport(run_id, LeakageReport.model_validate_json(data))
    except ValidationError:  # of another version, or damaged: the gate holds
        return FoundReport(run_id, None)


def _way_out(run: FoundRun) -> str:
    data, split = run.tags.get("data", "creditcard"), run.tags.get("split", "stratified")
    command = run_stage(
        "experiments/explore",
        f"explore-{run.run_id[:8]}",
        data=data,
        settings={"explore.method": split},
    )
    return f"run the notebook 1_explore with data={data} and method={split}, or `{command}`"
