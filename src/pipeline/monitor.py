"""Monitor: drift of the day's inputs, scores and rates against training and the days before."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import polars as pl
from pydantic import BaseModel, Field

from foundation.digests import digest_of_json
from foundation.errors import NotFound
from foundation.executions import Execution
from foundation.stores.topics import LONGEST_SUBJECT, Message, Topic
from fraud.monitoring.day_metrics import DayMetrics, score_histogram
from fraud.monitoring.drift import findings, model_changes, threshold_changes, verdict_of
from fraud.monitoring.finding import DriftFinding, DriftRules, DriftVerdict
from fraud.monitoring.inputs.finding import InputFinding, InputRules
from fraud.monitoring.inputs.rules import drifted_columns
from pipeline.alert import AlertOutput
from pipeline.inference.input_drift import (
    compare_inputs,
    input_headline,
    input_sentences,
    worst_inputs,
)
from pipeline.inference.metrics_history import count_labels, read_history, write_metrics
from pipeline.inference.scored import ScoreOutput, average_score, read_scored
from pipeline.services.metrics import Metrics
from pipeline.store import StoreOutput

STAGE = "monitor"
OLDEST_METRIC = timedelta(days=14)  # CloudWatch takes nothing older


class MonitorParams(DriftRules, InputRules):
    """The drift rules, their window, and when to publish a message."""

    window_days: int = Field(default=30, ge=1, le=366)
    publish: Literal["always", "drift"] = "drift"


class MonitorOutput(BaseModel):
    """The verdict of the day, with the finding of each rule and of each column of the model.

    `inputs` are the worst first; outputs from before inputs were compared have none.
    """

    day: date
    verdict: DriftVerdict
    findings: list[DriftFinding]
    inputs: list[InputFinding] = []
    baseline_days: int
    notes: list[str]
    metrics: DayMetrics
    published: bool

    def finding_table(self) -> pl.DataFrame:
        """Return one row a drift rule."""
        columns = ["rule", "verdict", "observed", "baseline", "direction", "size", "sentence"]
        rows = [finding.model_dump(include=set(columns)) for finding in self.findings]
        return pl.DataFrame(rows, infer_schema_length=None).select(columns)

    def input_table(self) -> pl.DataFrame:
        """Return one row a column of the model, the worst first; size is in thresholds."""
        rows = [(each.column, each.verdict, each.size, each.sentence) for each in self.inputs]
        schema = {"column": pl.String, "verdict": pl.String, "size": pl.Float64}
        return pl.DataFrame(rows, schema={**schema, "sentence": pl.String}, orient="row")


def monitor(
    execution: Execution, params: MonitorParams, topic: Topic, metrics: Metrics
) -> MonitorOutput:
    """Compare the day with the window before it, and write its metrics for later days.

    Writes `metrics/{day}.json` and CloudWatch metrics, and publishes a message when there is drift
    (or always, by `params.publish`). Metrics or labels of an earlier day that cannot be read are
    left out and named in the notes. Raises NotFound when the topic does not exist.
    """
    today = day_metrics(execution)
    past = read_history(execution, params.window_days)
    history = past.found
    labels = count_labels(execution, [day.day for day in history])
    results = findings(today, history, dict(labels.found), params)
    inputs = compare_inputs(
        execution, today.model_digest, history, params, minimum_days=params.minimum_history_days
    )
    drifted = drifted_columns(inputs.findings)
    verdict = "drift" if drifted else verdict_of(results)
    output = MonitorOutput(
        day=execution.day,
        verdict=verdict,
        findings=results,
        inputs=inputs.findings,
        baseline_days=len(history),
        notes=[
            *day_notes(today),
            *past.damaged,
            *labels.damaged,
            *notes(today, history),
            *inputs.notes,
        ],
        metrics=today,
        published=params.publish == "always" or verdict == "drift",
    )
    kept = {"inputs": inputs.today, "input_sizes": inputs.sizes}
    write_metrics(execution, today.model_copy(update=kept))
    write_cloudwatch_metrics(execution, output, metrics)
    if output.published:
        publish_verdict(execution, output, topic)
    return execution.finish(STAGE, output)


def day_metrics(execution: Execution) -> DayMetrics:
    """Return the day's metrics, from the outputs of score, store and alert."""
    table = read_scored(execution)
    scores = table["fraud_score"].to_numpy()
    scored = execution.result("score", ScoreOutput)
    stored = execution.result("store", StoreOutput)
    alerted = execution.result("alert", AlertOutput)
    return DayMetrics(
        day=execution.day,
        received=scored.received,
        rejected=scored.rejected,
        transactions=len(scores),
        average_score=average_score(scores),
        bands={band: counted.count for band, counted in stored.bands.items()},
        alerts=alerted.flagged,
        alert_threshold=alerted.threshold,
        threshold_note=alerted.threshold_note,
        amount=_total(table["amount"]),
        alerted_amount=alerted.amount,
        histogram=score_histogram(scores),
        model_digest=scored.model_digest,
        execution_id=execution.id,
    )


def notes(today: DayMetrics, history: list[DayMetrics]) -> list[str]:
    """Return changes of model and threshold, and by which threshold the day was alerted."""
    changes = [*model_changes(today, history), *threshold_changes(today, history)]
    at = [f"Alerts are counted at {today.threshold_note}."] if today.threshold_note else []
    return [*changes, *at]


def day_notes(today: DayMetrics) -> list[str]:
    """Return a note about a day without transactions."""
    if today.transactions:
        return []
    return [f"No transactions: the batch of {today.day} is empty. Only its volume is compared."]


def _total(amounts: "pl.Series") -> float | None:
    """Return the sum of the amounts; None where one is missing: a part is no total."""
    return None if amounts.null_count() else round(float(amounts.sum()), 2)


def write_cloudwatch_metrics(execution: Execution, output: MonitorOutput, metrics: Metrics) -> None:
    """Write the day's figures to CloudWatch, unless the day is older than CloudWatch accepts."""
    moment = metric_moment(execution.day, execution.now())
    if execution.now() - moment >= OLDEST_METRIC:
        return
    today = output.metrics
    values = {
        "Transactions": float(today.transactions),
        "Rejected": float(today.rejected),
        "Drift": float(output.verdict == "drift"),
    }
    if today.transactions:  # no scores have no average, and 0 would be one
        values["AverageScore"] = today.average_score
        values["HighRiskShare"] = today.high_risk_share
    metrics.put(values, moment)


def metric_moment(day: date, now: datetime) -> datetime:
    """Return the end of the day, or now if that is earlier: alarms evaluate recent moments."""
    return min(datetime.combine(day + timedelta(days=1), time(), UTC), now)


def publish_verdict(execution: Execution, output: MonitorOutput, topic: Topic) -> None:
    """Publish the verdict; NotFound when the topic does not exist."""
    try:
        topic.publish(monitoring_message(execution, output))
    except NotFound as error:
        message = (
            f"What monitor found has no topic to go to. ({error}) Locally: ceap aws up makes it; "
            "on AWS it is made by the infrastructure's deployment. The day's metrics are written; "
            "run the stage again when the topic is there."
        )
        raise NotFound(message) from error


def monitoring_message(execution: Execution, output: MonitorOutput) -> Message:
    """Return the message: drifted rules first, then the others, as JSON that is easy to read."""
    order = {"drift": 0, "steady": 1, "not_enough_history": 2}
    results = sorted(output.findings, key=lambda finding: order[finding.verdict])
    # A repeat by a later attempt of this execution has the same id, for subscribers to drop.
    name = digest_of_json(["monitor", str(output.day), execution.id])
    content = {
        "summary": headline(output),
        "inputs": input_sentences(output.inputs),
        "findings": [f"{finding.verdict}: {finding.sentence}" for finding in results],
        "notes": output.notes,
        "figures": [finding.model_dump(exclude={"sentence"}) for finding in results],
        "inputFigures": [
            finding.model_dump(exclude={"sentence"}) for finding in worst_inputs(output.inputs)
        ],
        "batchDate": str(output.day),
        "executionId": execution.id,
        "modelDigest": output.metrics.model_digest,
        "messageId": name,
    }
    return Message(
        subject=headline(output)[:LONGEST_SUBJECT],
        body=json.dumps(content, indent=2, ensure_ascii=False),
        attributes={"messageId": name, "batchDate": str(output.day), "verdict": output.verdict},
    )


def headline(output: MonitorOutput) -> str:
    """Return one sentence with the verdict, and the columns and rules that drifted."""
    if output.verdict != "drift":
        none = "" if output.metrics.transactions else " (no transactions)"
        return f"{output.day}: {output.verdict.replace('_', ' ')}{none}"
    drifted = [finding for finding in output.findings if finding.verdict == "drift"]
    rules = [f"{finding.rule} {finding.direction}".replace("_", " ") for finding in drifted]
    return f"Drift on {output.day}: {', '.join([*input_headline(output.inputs), *rules])}"
