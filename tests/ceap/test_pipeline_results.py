"""The results of a pipeline on a terminal: metrics of a model, a day, a verdict each."""

import pytest

from ceap.pipeline_results import SHOWN, results_table
from fakes.data.summaries import ALERTED, MONITORED, STORED, finished_stage, inference, training
from fakes.processes.terminal import printed
from fraud.metrics.estimates import Estimate
from fraud.metrics.names import metric_name
from fraud.monitoring.finding import DriftFinding
from fraud.monitoring.inputs.finding import InputFinding
from fraud.plausibility.finding import doubtful, plausible
from fraud.plausibility.report import PlausibilityReport
from pipeline.runs.run import ExecutionSummary


def test_a_training_is_shown_by_every_metric_of_its_model_with_its_interval() -> None:
    text = printed(results_table(training()))
    assert "The xgboost model on 56,962 test transactions, 98 of them fraud\n" in text
    assert all(metric_name(metric) in text for metric in SHOWN)
    assert text.count("0.811 (0.721–0.886)") == len(SHOWN) - 2
    assert "0.8112 (0.7213–0.8861)" in text  # accuracy
    assert "0.81120 (0.72130–0.88610)" in text  # Brier score


def test_a_metric_is_in_its_own_row() -> None:
    metrics = {name: Estimate(number, number, number) for number, name in enumerate(SHOWN)}
    lines = printed(results_table(training(metrics=metrics))).splitlines()
    for number, metric in enumerate(SHOWN):
        assert any(metric_name(metric) in line and f" {number}.000" in line for line in lines)


def test_what_comes_of_simulated_data_says_so() -> None:
    assert "(simulated data)" in printed(results_table(training(simulated=True)))
    assert "simulated" not in printed(results_table(training()))


def test_what_is_implausible_in_the_data_is_said_below_the_metrics() -> None:
    doubt = doubtful("label", "fraud is [0] in most rows: are the two values swapped?")
    report = PlausibilityReport(findings=(plausible("dates", "They are."), doubt))
    trained = training()
    result = {"plausibility": report.model_dump(mode="json")}
    stages = [finished_stage("prepare", result=result), *trained.stages]
    text = printed(results_table(trained.model_copy(update={"stages": stages})))
    assert " ".join(text.split()).endswith(f"doubtful, label: {doubt.sentence}")
    stages[0] = finished_stage("prepare", result={})  # from before plausibility was checked
    text = printed(results_table(trained.model_copy(update={"stages": stages})))
    assert "doubtful" not in text


def test_a_day_is_shown_from_its_scores_to_its_drift() -> None:
    text = printed(results_table(inference()))
    for line in (
        "2026-11-21", "9,990 of 10,000, 10 set aside",
        "9,990 rows in DynamoDB; risk: 1,200 high, 8,790 low",
        "1,150 transactions in 2 messages; 50 alerted before",
        "steady (9 earlier days to compare with)",
    ):  # fmt: skip
        assert line in text


def test_the_flagged_and_the_threshold_are_shown_where_they_are_recorded() -> None:
    note = "threshold 0.412, the model's own"
    text = printed(
        results_table(
            inference(
                store=STORED.model_copy(update={"flagged": 1_200}),
                alert=ALERTED.model_copy(update={"threshold_note": note}),
            )
        )
    )
    assert "9,990 rows in DynamoDB; 1,200 flagged; risk: 1,200 high" in text
    assert f"50 alerted before, at {note}" in text


def test_one_message_is_not_called_messages() -> None:
    once = ALERTED.model_copy(update={"message_ids": ["one"], "alerted_before": 0})
    [line] = [row for row in printed(results_table(inference(alert=once))).splitlines()
              if row.startswith("alerts")]  # fmt: skip
    assert line.rstrip().endswith("1,150 transactions in 1 message")


def test_drift_is_shown_by_the_sentences_of_the_rules_that_found_it() -> None:
    drifting = DriftFinding(rule="scores", verdict="drift", sentence="The average score doubled.")
    found = MONITORED.model_copy(
        update={"verdict": "drift", "findings": [*MONITORED.findings, drifting]}
    )
    text = printed(results_table(inference(monitor=found)))
    assert "drift: The average score doubled." in text
    assert "As many as usual." not in text


def test_inputs_that_drifted_are_shown_a_line_each() -> None:
    broken = [
        InputFinding(column=name, verdict="drift", sentence=f"{name} is [0] now: stuck?", size=2.0)
        for name in ("v1", "v2")
    ]
    found = MONITORED.model_copy(update={"verdict": "drift", "inputs": broken})
    lines = printed(results_table(inference(monitor=found))).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("inputs"))
    assert lines[at].rstrip().endswith("v1 is [0] now: stuck?")
    assert lines[at + 1].strip() == "v2 is [0] now: stuck?"
    assert lines[at + 2].rstrip().endswith("drift of inputs")


@pytest.mark.parametrize("pipeline", ["experiments", "retune"])
def test_of_experiments_each_verdict_is_shown(pipeline: str) -> None:
    stages = [
        finished_stage("compare", result={"verdict": "a tie [of two]"}),
        finished_stage("promote", result={"verdict": "HOLD", "sentence": "HOLD: it waits."}),
    ]
    execution = ExecutionSummary(
        execution_id="e-1", pipeline=pipeline, day=None, stages=stages, seconds=1.0
    )
    rows = [line.split(maxsplit=1) for line in printed(results_table(execution)).splitlines()]
    assert [(name, verdict.rstrip()) for name, verdict in rows] == [
        ("compare", "a tie [of two]"), ("promote", "HOLD: it waits."),
    ]  # fmt: skip
