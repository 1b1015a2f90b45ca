"""Execution tables: executions, stages and cells, drawn for a terminal."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.markup import escape

from ceap.pipeline_progress import duration
from ceap.tables.fitted import Field, FittedTable
from foundation.commands import fetch_notebook, run_pipeline
from foundation.executions import StageOutput
from pipeline.notebooks.run_record import RunRecord
from pipeline.runs.history import ExecutionDetail, StageDetail

COLOURS = {
    "finished": "green", "completed": "green", "copied": "green", "failed": "red",
    "running": "cyan", "interrupted": "yellow", "pending": "dim",
}  # fmt: skip
SHORT = 12  # characters of a digest, enough to distinguish two files


def executions_table(found: list[ExecutionDetail]) -> FittedTable:
    name = Field("execution", on_one_line=True)  # to be copied whole
    took = Field("took", on_one_line=True, may_go=True)
    data = Field("data", may_break=True, may_go=True)
    table = FittedTable.of(name, "of", "status", "started", took, data)
    for execution in found:
        plan = execution.plan
        where = f" at {execution.stopped_at}" if execution.stopped_at else ""
        table.add_row(
            plan.execution_id,
            scope(execution),
            f"{coloured(execution.status)}{where}",
            f"{plan.created_at.astimezone():%Y-%m-%d %H:%M}",
            duration(execution.seconds),
            escape(", ".join(dict.fromkeys(execution.data_sets))),
        )
    return table


def execution_report(execution: ExecutionDetail) -> Iterator[RenderableType]:
    """Yield what `show` prints. Texts are not to be wrapped, so that they can be copied."""
    yield from _headlines(execution)
    yield _stages_table(execution)
    for stage in execution.stages:
        yield from _stage_parts(execution, stage)
    yield from _next_steps(execution)


def _next_steps(execution: ExecutionDetail) -> Iterator[str]:
    if resume := execution.resume_commands:
        listed = "".join(f"\n  {escape(each)}" for each in resume)
        yield f"\nResume it with:{listed}"
    elif left := execution.not_requested:
        plan = execution.plan
        command = run_pipeline(plan.pipeline, execution_id=plan.execution_id)
        yield f"\nNobody asked for {', '.join(left)}. To run them too:\n  {escape(command)}"


def scope(execution: ExecutionDetail) -> str:
    """Return what was requested: the pipeline, the stages where not all were, and the day."""
    plan = execution.plan
    stages = ", ".join(execution.requested) if execution.not_requested else ""
    return " ".join(filter(None, [plan.pipeline, stages, str(plan.day or "")]))


def coloured(status: str) -> str:
    return f"[{COLOURS[status]}]{status}[/]"


def _headlines(execution: ExecutionDetail) -> Iterator[str]:
    plan = execution.plan
    day = f" for {plan.day}" if plan.day else ""
    on = f" on {data}" if (data := ", ".join(dict.fromkeys(execution.data_sets))) else ""
    yield f"[bold]{plan.execution_id}[/]  {plan.pipeline}{on}{day}  {coloured(execution.status)}"
    yield f"started {plan.created_at.astimezone():%Y-%m-%d %H:%M:%S}, commit {plan.git_commit}"
    if plan.replay_of:
        yield f"replays {plan.replay_of} from {plan.replayed_from}"
    if execution.status == "running" and execution.owner:
        yield f"run by process {execution.owner.pid} on {escape(execution.owner.host)}"


def _stages_table(execution: ExecutionDetail) -> FittedTable:
    table = FittedTable.of("stage", "status", "took", "peak memory", "attempts")
    for stage in execution.stages:
        last = stage.records[-1] if stage.records else None
        table.add_row(
            stage.name,
            coloured(stage.status),
            duration(last.seconds) if last and last.seconds else "",
            f"{last.memory_peak_mb:.0f} MB" if last and last.memory_peak_mb else "",
            str(last.attempt) if last else "",
        )
    return table


def _stage_parts(execution: ExecutionDetail, stage: StageDetail) -> Iterator[RenderableType]:
    if not stage.records and not stage.output:
        return
    yield f"\n[bold]{stage.name}[/]"
    for record in stage.records:
        if record.failure:
            yield f"attempt {record.attempt}: [red]{escape(str(record.failure))}[/]"
    if stage.records:
        yield _cells_table(stage.records[-1])
    if stage.output:
        yield from _files(stage.output)
    if stage.notebook_uri:
        yield f"executed notebook  {escape(stage.notebook_uri)}"
        command = fetch_notebook(execution.plan.execution_id, stage.name)
        yield f"to open it         {escape(command)}"


def _cells_table(record: RunRecord) -> FittedTable:
    table = FittedTable.of("cell", "title", "status", "took")
    for cell in record.cells:
        took = duration(cell.seconds) if cell.seconds is not None else ""
        table.add_row(str(cell.number), escape(cell.title), coloured(cell.status), took)
    return table


def _files(output: StageOutput) -> Iterator[str]:
    for kind, files in (("read ", output.inputs), ("wrote", output.outputs)):
        for uri, digest in files.items():
            yield f"{kind}  sha256 {digest[:SHORT]}  {escape(uri)}"
