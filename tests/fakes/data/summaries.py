"""Summaries of finished pipelines, as commands print them."""

from datetime import date
from typing import Any

from pydantic import BaseModel

from fraud.metrics.estimates import METRICS, Estimate
from fraud.monitoring.day_metrics import EDGES, DayMetrics
from fraud.monitoring.finding import DriftFinding
from fraud.scoring.risk_bands import BandCount
from pipeline.alert import AlertOutput
from pipeline.evaluate import EvaluateOutput
from pipeline.inference.scored import ScoreOutput
from pipeline.monitor import MonitorOutput
from pipeline.runs.run import ExecutionSummary
from pipeline.runs.stage_run import StageSummary
from pipeline.store import StoreOutput

DAY = date(2026, 11, 21)
EVALUATED = EvaluateOutput(
    model_digest="d" * 64, data_digest="e" * 64, algorithm="xgboost", threshold=0.5,
    rows=56_962, frauds=98, metrics=dict.fromkeys(METRICS, Estimate(0.8112, 0.7213, 0.8861)),
    bars={}, largest_score_difference=0.0, simulated=False, run_id=None, tracking_problem=None,
)  # fmt: skip
SCORED = ScoreOutput(
    day=DAY, received=10_000, scored=9_990, rejected=10, reasons={}, endpoint="prod",
    model_digest="d" * 64, seconds=1.0,
)  # fmt: skip
STORED = StoreOutput(
    day=DAY, stored=9_990, average_score=0.01, seconds=1.0,
    bands={"high": BandCount(count=1_200, share=0.12), "low": BandCount(count=8_790, share=0.88)},
)  # fmt: skip
ALERTED = AlertOutput(
    day=DAY, threshold=0.5, flagged=1_200, alerted=1_150, alerted_before=50,
    message_ids=["one", "two"], highest_score=0.99, amount=120.0,
)  # fmt: skip
MONITORED = MonitorOutput(
    day=DAY, verdict="steady", baseline_days=9, notes=[], published=True,
    findings=[DriftFinding(rule="volume", verdict="steady", sentence="As many as usual.")],
    metrics=DayMetrics(
        day=DAY, received=10_000, rejected=10, transactions=9_990, average_score=0.01,
        bands={}, alerts=1_200, alert_threshold=0.5, amount=1.0, alerted_amount=0.5,
        histogram=[0] * (len(EDGES) - 1), model_digest="d" * 64, execution_id="inference-1",
    ),
)  # fmt: skip


def training(**changed: Any) -> ExecutionSummary:
    """A finished training; `changed` is of its evaluation."""
    evaluated = EVALUATED.model_copy(update=changed)
    return _summary("training", "training-1", {"evaluate": evaluated})


def inference(**changed: BaseModel) -> ExecutionSummary:
    """A day that was scored; `changed` are the outputs of stages."""
    outputs = {"score": SCORED, "store": STORED, "alert": ALERTED, "monitor": MONITORED, **changed}
    return _summary("inference", "inference-1", outputs, DAY)


def finished_stage(name: str, **more: Any) -> StageSummary:
    facts = {"seconds": 62.5, "memory_peak_mb": 312.4, "attempts": 1, "result": {}}
    return StageSummary.model_validate({"name": name, "status": "finished", **facts, **more})


def _summary(
    pipeline: str, execution_id: str, outputs: dict[str, BaseModel], day: date | None = None
) -> ExecutionSummary:
    stages = [
        finished_stage(name, result=output.model_dump(mode="json"))
        for name, output in outputs.items()
    ]
    return ExecutionSummary(
        execution_id=execution_id, pipeline=pipeline, day=day, stages=stages, seconds=70.0
    )
