"""Stage run: runs one stage of an execution, retrying by the run rules."""

import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from foundation.commands import run_pipeline, run_stage
from foundation.errors import FraudDetectionError, Unavailable, is_worth_retrying
from foundation.executions import ExecutionPlan, StageOutput, finished_output
from foundation.lineage import NOTEBOOK
from foundation.stores.lease import Lease
from pipeline.notebooks.events import (
    CellStarted,
    NotebookEvent,
    NotebookStarted,
    StageFinished,
    StageRetried,
    StageSkipped,
    StageStarted,
)
from pipeline.notebooks.kernel_watch import Limits
from pipeline.notebooks.notebook_runner import NotebookRun, run_notebook
from pipeline.notebooks.run_record import Failure, RunRecord
from pipeline.order import Stage, Stages
from pipeline.runs.freezes import check_later_freeze
from pipeline.runs.planning import Runner
from pipeline.runs.run_rules import StageRules
from pipeline.runs.stage_documents import StageDocuments

NO_OUTPUT = Failure(
    cause="error",
    error="NoOutput",
    message="the notebook ran to its end without finishing its stage: there is no output.json",
)


class StageSummary(BaseModel):
    """Result of a stage; `warning` tells of a notebook that failed after its stage had finished."""

    name: str
    status: Literal["finished", "finished earlier"]
    seconds: float | None = None
    memory_peak_mb: float | None = None
    attempts: int = 0
    notebook: str | None = None
    result: dict[str, Any]
    warning: str | None = None


@dataclass(frozen=True)
class Run:
    """A planned execution whose lease this runner holds."""

    plan: ExecutionPlan
    stages: Stages
    rules: Mapping[str, StageRules]
    runner: Runner
    lease: Lease
    alone: Stage | None = None  # where one stage was requested, and not the pipeline

    def documents(self, stage: Stage) -> StageDocuments:
        """Return records and notebooks of a stage."""
        bucket = self.runner.session.settings.workflow_bucket
        return StageDocuments(
            self.runner.session.objects, bucket, self.plan.execution_id, stage.name
        )

    def output(self, stage: Stage) -> StageOutput | None:
        """Read the output of a stage; None when it has not finished."""
        runner = self.runner
        return finished_output(
            self.plan.execution_id, stage.name, runner.session.objects, runner.session.settings
        )

    def resume_command(self) -> str:
        """Return the command that resumes what was requested: the pipeline, or one stage alone."""
        if self.alone is not None:
            return run_stage(self.alone.path, self.plan.execution_id)
        return run_pipeline(self.plan.pipeline, execution_id=self.plan.execution_id)

    def require_thawed(self, stage: Stage) -> None:
        """Raise Frozen where production was frozen meanwhile and the pipeline would change it."""
        what = f"Stage {stage.name} of execution {self.plan.execution_id}"
        check_later_freeze(self.plan.pipeline, self.runner, what, resume=self.resume_command())

    def interrupted(self, where: str) -> str:
        """Return the message of an interruption, with the command to resume."""
        return (
            f"Execution {self.plan.execution_id} was interrupted {where}. What finished stands. "
            f"Resume with:\n  {self.resume_command()}"
        )


class StageFailed(FraudDetectionError):
    """A stage did not finish; what earlier stages left stands."""

    def __init__(self, run: Run, stage: Stage, record: RunRecord, failure: Failure) -> None:
        self.execution_id, self.stage = run.plan.execution_id, stage.name
        self.record, self.failure = record, failure
        super().__init__(
            f"Stage {stage.name} of execution {run.plan.execution_id} failed: {failure}\n"
            f"Executed notebook: {run.documents(stage).notebook_uri} (attempt {record.attempt})\n"
            "Stages that finished before it stand. Once the cause is gone, resume with:\n"
            f"  {run.resume_command()}"
        )


class ExecutionInterrupted(KeyboardInterrupt):
    """Whoever started the execution stopped it; it can be resumed."""


def run_to_end(stage: Stage, run: Run) -> StageSummary:
    """Run a stage unless it finished earlier; StageFailed when its attempts are used up.

    Raises Frozen where production is frozen by now: no attempt is begun, and none is stopped.
    """
    number, total = stage.position, len(run.stages)
    if output := run.output(stage):
        run.runner.on_event(StageSkipped(stage.name, number, total))
        return StageSummary(name=stage.name, status="finished earlier", result=output.result)
    rules = run.rules[stage.name]
    for attempt in range(1, rules.attempts + 1):
        if attempt > 1:
            time.sleep(rules.wait_before(attempt))
        run.require_thawed(stage)
        record = _run_attempt(stage, run, rules)
        if output := run.output(stage):
            return _report_finished(stage, run, record, output)
        failure = record.failure or NO_OUTPUT
        if attempt == rules.attempts or not is_retryable(failure):
            raise StageFailed(run, stage, record, failure)
        wait = rules.wait_before(attempt + 1)
        run.runner.on_event(StageRetried(stage.name, attempt + 1, str(failure), wait))
    raise AssertionError  # rules allow at least one attempt, and the last one returned or raised


def is_retryable(failure: Failure) -> bool:
    """Return whether another attempt may succeed.

    It cannot after a deliberate refusal of ours, or when the notebook needs more memory than there
    is.
    """
    if failure.cause == "error":
        return failure.error != NO_OUTPUT.error and is_worth_retrying(failure.error)
    return failure.cause in ("signal", "exit", "timeout")


def _run_attempt(stage: Stage, run: Run, rules: StageRules) -> RunRecord:
    documents = run.documents(stage)
    attempt = documents.archive_last_attempt()
    run.runner.on_event(StageStarted(stage.name, stage.position, len(run.stages), attempt))

    def on_event(event: NotebookEvent, record: RunRecord) -> None:
        run.runner.on_event(event)
        if isinstance(event, NotebookStarted | CellStarted):
            with contextlib.suppress(Unavailable):  # the next record holds the same, and more
                run.lease.require_held()
                documents.write_record(record)

    executed = run_notebook(
        NotebookRun(
            stage.notebook,
            {"execution_id": run.plan.execution_id, **run.plan.parameters[stage.name]},
            Limits(rules.timeout_seconds, rules.memory_limit_mb),
            {
                "CEAP_ENVIRONMENT": run.runner.session.settings.environment,
                NOTEBOOK: f"{stage.notebook.parent.name}/{stage.notebook.name}",
                **run.runner.environment,
            },
            attempt,
        ),
        on_event,
    )
    record = executed.record
    if record.status == "completed" and run.output(stage) is None:
        record = record.model_copy(update={"status": "failed", "failure": NO_OUTPUT})
    documents.write_notebook(executed.content)
    documents.write_record(record)
    if record.status == "interrupted":
        raise ExecutionInterrupted(run.interrupted(f"in stage {stage.name}"))
    return record


def _report_finished(
    stage: Stage, run: Run, record: RunRecord, output: StageOutput
) -> StageSummary:
    warning = None
    if record.failure:
        warning = f"finished, but then its notebook did not complete: {record.failure}"
    run.runner.on_event(
        StageFinished(
            stage.name,
            stage.position,
            len(run.stages),
            record.seconds or 0.0,
            record.memory_peak_mb,
            warning,
        )
    )
    return StageSummary(
        name=stage.name,
        status="finished",
        seconds=record.seconds,
        memory_peak_mb=record.memory_peak_mb,
        attempts=record.attempt,
        notebook=run.documents(stage).notebook_uri,
        result=output.result,
        warning=warning,
    )
