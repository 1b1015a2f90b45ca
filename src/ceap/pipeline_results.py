"""Pipeline results: what a finished pipeline produced, in a few lines for a terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from foundation.wording import counted
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name
from fraud.plausibility.report import PlausibilityReport
from pipeline.alert import AlertOutput
from pipeline.evaluate import EvaluateOutput
from pipeline.inference.input_drift import input_sentences, worst_inputs
from pipeline.inference.scored import ScoreOutput
from pipeline.monitor import MonitorOutput
from pipeline.store import StoreOutput
from pipeline.training.train_output import TrainOutput

if TYPE_CHECKING:
    from pipeline.runs.run import ExecutionSummary
    from pipeline.runs.stage_run import StageSummary

SHOWN = (
    "average_precision", "roc_auc", "recall_at_1pct_fpr", "recall_at_01pct_fpr", "precision",
    "recall", "accuracy", "brier",
)  # fmt: skip
DIGITS = {"accuracy": 4, "brier": 5}  # metrics for which three digits are too few


def results_table(execution: "ExecutionSummary") -> Table:
    """Return a table of what the pipeline produced.

    Training: the metrics of the model, and doubts about its data. Inference: scores, alerts and
    drift of the day. Experiments: a verdict each.
    """
    of_pipeline = {
        "training": _training, "inference": _inference, "experiments": _experiments,
        "retune": _experiments,
    }  # fmt: skip
    return of_pipeline[execution.pipeline](execution)


def verdicts_table(stages: "Sequence[StageSummary]") -> Table:
    """Return one row an experiment: its name and its verdict."""
    table = _names_and_values()
    for stage in stages:
        verdict = stage.result.get("sentence") or stage.result["verdict"]
        table.add_row(f"[bold]{stage.name}", escape(str(verdict)))
    return table


def _names_and_values() -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _experiments(execution: "ExecutionSummary") -> Table:
    return verdicts_table(execution.stages)


def _training(execution: "ExecutionSummary") -> Table:
    evaluated = EvaluateOutput.model_validate(_result(execution, "evaluate"))
    title = (
        f"The {evaluated.algorithm} model on {evaluated.rows:,} test transactions, "
        f"{evaluated.frauds} of them fraud"
    )
    if evaluated.simulated:
        title += " (simulated data)"
    table = Table("metric", "value (95 % interval)", title=title, title_justify="left")
    for name in SHOWN:
        table.add_row(metric_name(name), interval(evaluated.metrics[name], DIGITS.get(name, 3)))
    if doubts := _doubts(execution):
        table.caption, table.caption_justify = "\n".join(map(escape, doubts)), "left"
    return table


def _doubts(execution: "ExecutionSummary") -> list[str]:
    """Return what *prepare* found implausible in the data, and the notes of *train*."""
    results = {each.name: each.result for each in execution.stages}
    found = results.get("prepare", {}).get("plausibility", {})
    trained = results.get("train")
    notes = TrainOutput.model_validate(trained).notes if trained else ()
    return [
        *(
            f"{doubt.verdict}, {doubt.check}: {doubt.sentence}"
            for doubt in PlausibilityReport.model_validate(found).doubts
        ),
        *notes,
    ]


def _inference(execution: "ExecutionSummary") -> Table:
    table = _names_and_values()
    for what, found in _findings(execution):
        table.add_row(f"[bold]{what}", found)
    return table


def _findings(execution: "ExecutionSummary") -> Iterator[tuple[str, str]]:
    scored = ScoreOutput.model_validate(_result(execution, "score"))
    stored = StoreOutput.model_validate(_result(execution, "store"))
    alerted = AlertOutput.model_validate(_result(execution, "alert"))
    monitored = MonitorOutput.model_validate(_result(execution, "monitor"))
    bands = ", ".join(f"{band.count:,} {name}" for name, band in stored.bands.items())
    yield "day", str(scored.day)
    yield "scored", f"{scored.scored:,} of {scored.received:,}, {scored.rejected:,} set aside"
    if scored.notes:
        yield "batch", escape(" ".join(scored.notes))
    flagged = "" if stored.flagged is None else f"{stored.flagged:,} flagged; "
    yield "stored", f"{counted(stored.stored, 'row')} in DynamoDB; {flagged}risk: {bands}"
    yield "alerts", _alerts(alerted)
    if drifted := worst_inputs(monitored.inputs):
        sentences = "\n".join(escape(each) for each in input_sentences(monitored.inputs))
        yield ("input" if len(drifted) == 1 else "inputs"), sentences
    yield "drift", _drift(monitored)


def _alerts(alerted: AlertOutput) -> str:
    messages = counted(len(alerted.message_ids), "message")
    before = f"; {alerted.alerted_before:,} alerted before" if alerted.alerted_before else ""
    at = f", at {alerted.threshold_note}" if alerted.threshold_note else ""
    return f"{counted(alerted.alerted, 'transaction')} in {messages}{before}{at}"


def _drift(monitored: MonitorOutput) -> str:
    verdict = monitored.verdict.replace("_", " ")
    drifting = [each.sentence for each in monitored.findings if each.verdict == "drift"]
    if monitored.verdict == "drift":
        return f"[bold red]{verdict}[/]{': ' if drifting else ' of inputs'}{' '.join(drifting)}"
    return f"{verdict} ({monitored.baseline_days} earlier days to compare with)"


def _result(execution: "ExecutionSummary", stage: str) -> dict[str, object]:
    return next(each.result for each in execution.stages if each.name == stage)
