"""Origin: whether the run finished with finite metrics, and its lineage is known."""

import math
from collections.abc import Mapping

from catalog.recorded_runs import UNCOMMITTED
from foundation.tracking.runs import FoundRun
from fraud.metrics.estimates import METRICS, Estimate
from promotion.candidates.committed_sources import changed_meanwhile
from promotion.gates.result import pass_or_fail
from promotion.policy import LineageRules
from promotion.records import GateResult

BOUNDS = ("_low", "_high")


def run_gate(run: FoundRun, test_metrics: Mapping[str, Estimate]) -> GateResult:
    """Refuse a run that did not finish, and any metric that is not a finite number."""
    problems = [] if run.status == "finished" else [f"run {run.run_id} is {run.status}"]
    recorded = {name: value for name, value in run.metrics.items() if _judges(name)}
    scored_again = {f"{name} (scored again)": each.value for name, each in test_metrics.items()}
    found = recorded | scored_again
    unreal = sorted(name for name, value in found.items() if not math.isfinite(value))
    if unreal:
        problems.append(f"not a finite number: {', '.join(unreal)}")
    fine = f"Run {run.run_id[:8]} finished, and all {len(found)} of its metrics are finite."
    return pass_or_fail("run", problems, fine)


def lineage_gate(
    run: FoundRun, rules: LineageRules, *, champion_is_simulated: bool | None
) -> GateResult:
    """Refuse a model that cannot be made again, and simulated data where real data is served."""
    problems = [f"its {what} is not known" for what, value in _facts(run).items() if not value]
    if rules.require_clean_tree and (problem := _source_problem(run)):
        problems.append(problem)
    if run.tags.get("simulated") != "false":
        problems += _simulated(rules, champion_is_simulated)
    known = ", ".join(f"{what} {(value or '')[:10]}" for what, value in _facts(run).items())
    return pass_or_fail("lineage", problems, f"It can be made again: {known}.")


def _facts(run: FoundRun) -> dict[str, str | None]:
    tags = run.tags
    return {
        "data": tags.get("data_digest"),
        "split": tags.get("split"),
        "code": tags.get("git_commit") or tags.get("code_digest"),
        "environment": tags.get("environment_digest"),
    }


def _source_problem(run: FoundRun) -> str | None:
    """Return why the code and the description of the data cannot be had from the named commit."""
    if "git_dirty" not in run.tags:
        return "it is not known whether all of its code was committed"
    if changed_meanwhile(run):
        return (
            "its code or the description of its data was changed while it was made, so that it is "
            "not known which of both made it: restart the kernel, leave them as they are, and tune "
            "again"
        )
    if run.tags["git_dirty"] == "false":
        return None
    if "uncommitted_files" not in run.tags:
        return "its code had changes that were not committed: commit them, and tune again"
    return (
        f"it was made from what no commit has: {run.tags['uncommitted_files']}. Commit these files "
        f"as they were then, on any branch, and promote again; no other search is needed. Run "
        f"{run.run_id[:8]} keeps them in its artifact {UNCOMMITTED}"
    )


def _simulated(rules: LineageRules, champion_is_simulated: bool | None) -> list[str]:
    if rules.simulated_data == "never":
        return ["its data is simulated, or may be, which the policy never lets into production"]
    if champion_is_simulated is False:
        return ["its data is simulated, or may be, and the champion's is real"]
    return []


def _judges(name: str) -> bool:
    """Return whether a metric measures the quality of the model, or is a bound of such a metric."""
    for bound in BOUNDS:
        name = name.removesuffix(bound)
    return name.removeprefix("test_") in METRICS
