"""A model whose run or origin is in doubt is refused, and the doubt is named."""

import math

import pytest

from catalog.recorded_runs import UNCOMMITTED
from fakes.promotions.candidates import (
    NEVER_COMMITTED,
    GateInputs,
    refused,
)
from promotion.policy import LineageRules, Policy
from promotion.records import GateResult


def test_a_run_that_is_not_finished_is_refused(inputs: GateInputs) -> None:
    found = inputs.gates(candidate=inputs.with_run(status="running"))
    assert "is running" in refused(found)["run"]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_recorded_metric_that_is_no_number_is_named(value: float, inputs: GateInputs) -> None:
    metrics = {**inputs.candidate.recorded.run.metrics, "test_recall": value, "roc_auc_low": value}
    found = inputs.gates(candidate=inputs.with_run(metrics=metrics))
    assert refused(found)["run"] == "Not a finite number: roc_auc_low, test_recall."


def test_a_metric_of_the_test_rows_that_is_no_number_fails_everywhere(inputs: GateInputs) -> None:
    metrics = inputs.with_metric(average_precision=math.nan, calibration_error=math.nan)
    reasons = refused(inputs.gates(metrics=metrics))
    assert "average_precision (scored again)" in reasons["run"]
    assert reasons["floors"] == "Average precision is nan (nan–nan), needs 0.7."
    assert "nan" in reasons["calibration"]


@pytest.mark.parametrize(
    ("tag", "what"),
    [("data_digest", "data"), ("split", "split"), ("environment_digest", "environment")],
)
def test_what_is_not_known_of_a_models_origin_is_named(
    tag: str, what: str, inputs: GateInputs
) -> None:
    found = inputs.gates(candidate=inputs.with_run(tags={tag: None}))
    assert refused(found)["lineage"] == f"Its {what} is not known."


def test_code_is_known_by_its_commit_or_by_its_digest(inputs: GateInputs) -> None:
    def lineage(**tags: str | None) -> GateResult:
        return inputs.gates(candidate=inputs.with_run(tags=tags))["lineage"]

    assert lineage(git_commit=None).verdict == "pass"
    assert lineage(code_digest=None).verdict == "pass"
    assert lineage(git_commit=None, code_digest=None).reason == "Its code is not known."


def test_sources_that_no_commit_has_are_refused_by_name_and_kept(inputs: GateInputs) -> None:
    dirty = inputs.with_run(tags=NEVER_COMMITTED)
    reason = refused(inputs.gates(candidate=dirty))["lineage"]
    assert "no commit has: src/new.py. Commit these files" in reason
    assert UNCOMMITTED in reason
    earlier = inputs.with_run(tags={"git_dirty": "true", "uncommitted_files": None})
    assert "tune again" in refused(inputs.gates(candidate=earlier))["lineage"]
    unknown = inputs.with_run(tags={"git_dirty": None})
    assert "not known whether" in refused(inputs.gates(candidate=unknown))["lineage"]
    lax = Policy(lineage=LineageRules(require_clean_tree=False))
    assert refused(inputs.gates(lax, candidate=dirty)) == {}


def test_sources_that_changed_while_the_model_was_made_are_refused(inputs: GateInputs) -> None:
    mixed = inputs.with_run(tags={"sources_changed": "true"})
    assert "changed while it was made" in refused(inputs.gates(candidate=mixed))["lineage"]


def test_simulated_data_follows_only_simulated_data(inputs: GateInputs) -> None:
    assert inputs.candidate.recorded.run.tags["simulated"] == "true"
    assert refused(inputs.gates(champion_is_simulated=True)) == {}
    found = inputs.gates(champion_is_simulated=False)
    assert "the champion's is real" in refused(found)["lineage"]
    strict = Policy(lineage=LineageRules(simulated_data="never"))
    assert "simulated" in refused(inputs.gates(strict))["lineage"]


def test_real_data_may_follow_anything(inputs: GateInputs) -> None:
    real = inputs.with_run(tags={"simulated": "false"})
    for champion in (None, True, False):
        strict = Policy(lineage=LineageRules(simulated_data="never"))
        found = inputs.gates(strict, candidate=real, champion_is_simulated=champion)
        assert refused(found) == {}
