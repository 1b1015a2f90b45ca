"""Run: runs a pipeline from plan to last stage; resumes and replays executions."""

from datetime import date
from time import perf_counter

from pydantic import BaseModel

from foundation.commands import run_stage as run_stage_command
from foundation.errors import InvalidData, InvalidParams
from foundation.executions import ExecutionPlan, read_plan
from pipeline.order import Stage, stage_at
from pipeline.runs.data_set import require_one_data_set, require_served_data_set, with_data_set
from pipeline.runs.freezes import check_freeze
from pipeline.runs.holding import hold_execution, known_plan
from pipeline.runs.planning import (
    Overrides,
    Runner,
    check_id,
    check_same_request,
    check_still_fits,
    new_id,
    new_plan,
)
from pipeline.runs.replay_plan import replay_plan
from pipeline.runs.stage_run import Run, StageSummary, run_to_end


class ExecutionSummary(BaseModel):
    """Result of an execution, stage by stage."""

    execution_id: str
    pipeline: str
    day: date | None
    stages: list[StageSummary]
    seconds: float


def run_pipeline(
    pipeline: str,
    runner: Runner,
    *,
    execution_id: str | None = None,
    day: date | None = None,
    overrides: Overrides | None = None,
    data: str | None = None,
) -> ExecutionSummary:
    """Run the stages of a pipeline in order, each notebook with the parameters of the plan.

    A new execution is planned first: every YAML file and override is checked before anything is
    written. With the id of an existing execution, that one is resumed: stages that finished are
    skipped, and the parameters are those of its plan. Without a day, inference takes the newest
    batch. `data` is the data set of every stage that works on one.

    Raises:
        InvalidParams: A parameter, stage or day does not fit; nothing was run.
        Busy: Another runner holds the execution.
        Frozen: Production is frozen; no further stage is begun.
        StageFailed: The attempts of a stage are used up.
        ExecutionInterrupted: Ctrl-C; the execution can be resumed.
    """
    check_freeze(pipeline, runner, _named(pipeline, execution_id))
    wanted = with_data_set(runner.stages(pipeline), overrides or {}, data)
    plan = None if execution_id is None else known_plan(execution_id, runner)
    if plan:
        _check_resumable(plan, pipeline, runner, day, wanted)
    else:
        plan = new_plan(
            pipeline,
            runner,
            execution_id=execution_id or new_id(pipeline),
            day=day,
            overrides=wanted,
        )
    return _run(plan, runner)


def replay(
    execution_id: str,
    from_stage: str,
    runner: Runner,
    *,
    overrides: Overrides | None = None,
    data: str | None = None,
    new_execution_id: str | None = None,
) -> ExecutionSummary:
    """Run an execution again from one of its stages, under a new id.

    The files of earlier stages are copied, not computed again; `overrides` change parameters of
    `from_stage` and later stages only. The replayed execution is not touched.
    """
    if new_execution_id is not None:
        check_id(new_execution_id)
    source = read_plan(execution_id, runner.session.objects, runner.session.settings)
    check_freeze(source.pipeline, runner, _named(source.pipeline, new_execution_id))
    wanted = with_data_set(runner.stages(source.pipeline), overrides or {}, data)
    plan = replay_plan(source, from_stage, runner, wanted)
    identity = new_execution_id or new_id(plan.pipeline)
    return _run(plan.model_copy(update={"execution_id": identity}), runner)


def run_stage(
    path: str,
    execution_id: str,
    runner: Runner,
    *,
    day: date | None = None,
    overrides: Overrides | None = None,
    data: str | None = None,
) -> StageSummary:
    """Run one stage ("training/train") of an execution: the command of a job in the cloud.

    The first stage of a pipeline plans the execution when there is none; any other stage raises
    InvalidData before its earlier stages have finished, unless it stands alone. A stage that
    finished is not run again. `data` is the data set of the execution: of every stage that works
    on one, also of those that are run later.
    """
    stage = stage_at(path, {name: runner.stages(name) for name in runner.pipelines})
    check_freeze(stage.pipeline, runner, f"Stage {stage.name} of execution {execution_id}")
    wanted = with_data_set(runner.stages(stage.pipeline), overrides or {}, data)
    plan = known_plan(execution_id, runner)
    if plan:
        _check_resumable(plan, stage.pipeline, runner, day, wanted)
    elif stage.position == 1 or stage.stands_alone:
        plan = new_plan(
            stage.pipeline,
            runner,
            execution_id=execution_id,
            day=day,
            overrides=wanted,
            requested=[stage.name],
        )
    else:
        plan = read_plan(
            execution_id, runner.session.objects, runner.session.settings
        )  # says that there is none
    if plan.requested is not None:  # of an older plan it is not known what else was requested
        plan = plan.requesting([stage.name])
    require_one_data_set(plan, plan.requested or [stage.name])
    with hold_execution(plan, runner, alone=stage) as run:
        _require_earlier_stages(stage, run)
        return run_to_end(stage, run)


def _run(plan: ExecutionPlan, runner: Runner) -> ExecutionSummary:
    began = perf_counter()
    plan = plan.requesting(plan.parameters)
    require_one_data_set(plan, plan.parameters)
    require_served_data_set(plan, plan.parameters, runner.session)
    with hold_execution(plan, runner) as run:
        summaries = [run_to_end(stage, run) for stage in run.stages]
    return ExecutionSummary(
        execution_id=plan.execution_id,
        pipeline=plan.pipeline,
        day=plan.day,
        stages=summaries,
        seconds=round(perf_counter() - began, 3),
    )


def _named(pipeline: str, execution_id: str | None) -> str:
    return f"Execution {execution_id}" if execution_id else f"A new execution of {pipeline}"


def _check_resumable(
    plan: ExecutionPlan, pipeline: str, runner: Runner, day: date | None, overrides: Overrides
) -> None:
    stages = runner.stages(pipeline)
    if plan.pipeline != pipeline:
        source = f"Execution {plan.execution_id}"
        raise InvalidParams(source, [f"it is one of {plan.pipeline}, not of {pipeline}"])
    check_still_fits(plan, stages)
    check_same_request(plan, stages, day=day, overrides=overrides)


def _require_earlier_stages(stage: Stage, run: Run) -> None:
    needed = () if stage.stands_alone else run.stages[: stage.position - 1]
    unfinished = [earlier.name for earlier in needed if not run.output(earlier)]
    if unfinished:
        paths = [f"{stage.pipeline}/{name}" for name in unfinished]
        listed = "\n".join(f"  {run_stage_command(p, run.plan.execution_id)}" for p in paths)
        message = (
            f"Stage {stage.name} of execution {run.plan.execution_id} needs what "
            f"{', '.join(unfinished)} has not finished. Nothing was run. What it needs:\n{listed}"
        )
        raise InvalidData(message)
