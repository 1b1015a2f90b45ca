"""Demo report: what training and a day of inference left, on one screen."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table

from ceap.progress import duration
from foundation.settings import Settings
from pipeline.alert import AlertOutput
from pipeline.evaluate import EvaluateOutput
from pipeline.inference.scored import ScoreOutput
from pipeline.monitor import MonitorOutput
from pipeline.store import StoreOutput
from pipeline.training.estimates import interval

if TYPE_CHECKING:
    from pipeline.runs.run import ExecutionSummary

SHOWN = {
    "average_precision": "average precision",
    "roc_auc": "ROC AUC",
    "recall_at_1pct_fpr": "recall at 1 % false positives",
    "recall_at_01pct_fpr": "recall at 0.1 % false positives",
    "precision": "precision at the threshold",
    "recall": "recall at the threshold",
    "accuracy": "accuracy",
    "brier": "Brier score",
}
SMALL = {"accuracy": 4, "brier": 5}  # digits, where three say nothing


def report(
    training: "ExecutionSummary",
    inference: "ExecutionSummary",
    settings: Settings,
    *,
    seconds: float,
) -> Group:
    evaluated = EvaluateOutput.model_validate(_result(training, "evaluate"))
    parts: list[RenderableType] = [_stages(training, inference), _metrics(evaluated)]
    if evaluated.simulated:
        parts.insert(0, "[bold yellow]All of this is simulated data: the real data was not there.")
    parts += [_day(inference), _where(training, settings), _next(training, inference)]
    return Group(*parts, f"Done in {duration(seconds)}.")


def _result(execution: "ExecutionSummary", stage: str) -> dict[str, object]:
    return next(each.result for each in execution.stages if each.name == stage)


def _stages(*executions: "ExecutionSummary") -> Table:
    table = Table("stage", "took", "peak memory", title="Stages", title_justify="left")
    for execution in executions:
        for stage in execution.stages:
            took = stage.status if stage.seconds is None else duration(stage.seconds)
            peak = f"{stage.memory_peak_mb:.0f} MB" if stage.memory_peak_mb else ""
            table.add_row(f"{execution.pipeline}/{stage.name}", took, peak)
    return table


def _metrics(evaluated: EvaluateOutput) -> Table:
    title = (
        f"The {evaluated.algorithm} model on {evaluated.rows:,} test transactions, "
        f"{evaluated.frauds} of them fraud"
    )
    table = Table("metric", "value (95 % interval)", title=title, title_justify="left")
    for name, words in SHOWN.items():
        table.add_row(words, interval(evaluated.metrics[name], SMALL.get(name, 3)))
    return table


def _day(inference: "ExecutionSummary") -> Table:
    table = Table.grid(padding=(0, 2))
    for what, found in _findings(inference):
        table.add_row(f"[bold]{what}", found)
    return table


def _findings(inference: "ExecutionSummary") -> Iterator[tuple[str, str]]:
    scored = ScoreOutput.model_validate(_result(inference, "score"))
    stored = StoreOutput.model_validate(_result(inference, "store"))
    alerted = AlertOutput.model_validate(_result(inference, "alert"))
    monitored = MonitorOutput.model_validate(_result(inference, "monitor"))
    bands = ", ".join(f"{band.count:,} {name}" for name, band in stored.bands.items())
    yield "day", str(scored.day)
    yield "scored", f"{scored.scored:,} of {scored.received:,}, {scored.rejected} set aside"
    yield "stored", f"{stored.stored:,} rows in DynamoDB; risk: {bands}"
    yield (
        "alerts",
        (
            f"{alerted.alerted} transactions of {alerted.amount:,.2f} in all, in "
            f"{len(alerted.message_ids)} message(s); {alerted.alerted_before} alerted before"
        ),
    )
    yield "drift", _drift(monitored)


def _drift(monitored: MonitorOutput) -> str:
    drifting = [f.sentence for f in monitored.findings if f.verdict == "drift"]
    words = monitored.verdict.replace("_", " ")
    if drifting:
        return f"{words}: {' '.join(drifting)}"
    return f"{words} ({monitored.baseline_days} earlier days to compare with)"


def _where(training: "ExecutionSummary", settings: Settings) -> Panel:
    notebooks = (
        f"s3://{settings.workflow_bucket}/executions/{training.execution_id}/…/notebook.ipynb"
    )
    lines = (
        f"Executed notebooks: {notebooks}",
        f"MLflow: mlflow ui --backend-store-uri {settings.tracking_uri}",
        f"Endpoint: {settings.endpoint_name}, as ceap aws status shows it",
    )
    return Panel("\n".join(lines), title="Where it is", title_align="left")


def _next(training: "ExecutionSummary", inference: "ExecutionSummary") -> Panel:
    commands = (
        f"ceap executions notebook {training.execution_id} evaluate",
        f"ceap executions show {inference.execution_id}",
        "ceap run training --set train.algorithm=lightgbm",
    )
    title = "Worth typing next, after: source .venv/bin/activate"
    return Panel("\n".join(commands), title=title, title_align="left")
