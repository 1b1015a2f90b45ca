"""Run: runs a pipeline from plan to last stage; resumes and replays executions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from time import perf_counter

from pydantic import BaseModel

from foundation import locations
from foundation.errors import InvalidData, InvalidParams, NotFound, Unavailable
from foundation.executions import ExecutionPlan, read_plan
from foundation.stores.lease import hold_lease
from pipeline.notebooks.events import ExecutionStarted
from pipeline.order import Stage, stage_at
from pipeline.runs.freezes import check_freeze
from pipeline.runs.planning import (
    Overrides,
    Runner,
    check_id,
    check_same_request,
    check_still_fits,
    new_id,
    new_plan,
)
from pipeline.runs.replay_plan import copy_earlier_stages, replay_plan
from pipeline.runs.run_rules import read_rules
from pipeline.runs.stage_run import ExecutionInterrupted, Run, StageSummary, run_to_end


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
) -> ExecutionSummary:
    """Run the stages of a pipeline in order, each notebook with the parameters of the plan.

    A new execution is planned first: every YAML file and override is checked before anything is
    written. With the id of an existing execution, that one is resumed: stages that finished are
    skipped, and the parameters are those of its plan. Without a day, inference takes the newest
    batch.

    Raises:
        InvalidParams: A parameter, stage or day does not fit; nothing was run.
        Busy: Another runner holds the execution.
        Frozen: Production is frozen; no further stage is begun.
        StageFailed: The attempts of a stage are used up.
        ExecutionInterrupted: Ctrl-C; the execution can be resumed.
    """
    check_freeze(pipeline, runner, _named(pipeline, execution_id))
    plan = None if execution_id is None else _known_plan(execution_id, runner)
    if plan:
        _check_resumable(plan, pipeline, runner, day, overrides or {})
    else:
        plan = new_plan(
            pipeline,
            runner,
            execution_id=execution_id or new_id(pipeline),
            day=day,
            overrides=overrides or {},
        )
    return _run(plan, runner)


def replay(
    execution_id: str,
    from_stage: str,
    runner: Runner,
    *,
    overrides: Overrides | None = None,
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
    plan = replay_plan(source, from_stage, runner, overrides or {})
    identity = new_execution_id or new_id(plan.pipeline)
    return _run(plan.model_copy(update={"execution_id": identity}), runner)


def run_stage(
    path: str,
    execution_id: str,
    runner: Runner,
    *,
    day: date | None = None,
    overrides: Overrides | None = None,
) -> StageSummary:
    """Run one stage ("training/train") of an execution: the command of a job in the cloud.

    The first stage of a pipeline plans the execution when there is none; any other stage raises
    InvalidData before its earlier stages have finished, unless it stands alone. A stage that
    finished is not run again.
    """
    stage = stage_at(path, {name: runner.stages(name) for name in runner.pipelines})
    check_freeze(stage.pipeline, runner, f"Stage {stage.name} of execution {execution_id}")
    plan = _known_plan(execution_id, runner)
    if plan:
        _check_resumable(plan, stage.pipeline, runner, day, overrides or {})
    elif stage.position == 1 or stage.stands_alone:
        plan = new_plan(
            stage.pipeline, runner, execution_id=execution_id, day=day, overrides=overrides or {}
        )
    else:
        plan = read_plan(
            execution_id, runner.session.objects, runner.session.settings
        )  # says that there is none
    with _hold(plan, runner) as run:
        _require_earlier_stages(stage, run)
        return run_to_end(stage, run)


def _run(plan: ExecutionPlan, runner: Runner) -> ExecutionSummary:
    began = perf_counter()
    with _hold(plan, runner) as run:
        summaries = [run_to_end(stage, run) for stage in run.stages]
    return ExecutionSummary(
        execution_id=plan.execution_id,
        pipeline=plan.pipeline,
        day=plan.day,
        stages=summaries,
        seconds=round(perf_counter() - began, 3),
    )


@contextmanager
def _hold(plan: ExecutionPlan, runner: Runner) -> Iterator[Run]:
    """Hold the lease of the execution; write its plan, and copy the stages that it replays."""
    stages = runner.stages(plan.pipeline)
    rules = read_rules(stages)
    bucket, key = (
        runner.session.settings.workflow_bucket,
        locations.execution_key(plan.execution_id),
    )
    prefix, what = (
        locations.execution_lease_prefix(plan.execution_id),
        f"Execution {plan.execution_id}",
    )
    with hold_lease(runner.session.objects, bucket, prefix, what=what) as lease:
        is_resumed = runner.session.objects.exists(bucket, key)
        runner.on_event(ExecutionStarted(plan.execution_id, plan.pipeline, is_resumed))
        runner.session.objects.write_once(bucket, key, plan.to_json())
        if plan.replay_of:
            copy_earlier_stages(plan, stages, runner)
        run = Run(plan, stages, rules, runner, lease)
        try:
            yield run
        except ExecutionInterrupted:
            raise
        except Unavailable as error:
            message = (
                f"Execution {plan.execution_id} stopped, because the store that keeps it was lost: "
                f"{error}\nWhat finished stands. Once the store is back, resume with:\n"
                f"  {run.resume_command()}"
            )
            raise Unavailable(message) from error
        except KeyboardInterrupt:
            raise ExecutionInterrupted(run.interrupted("between two notebooks")) from None


def _named(pipeline: str, execution_id: str | None) -> str:
    return f"Execution {execution_id}" if execution_id else f"A new execution of {pipeline}"


def _known_plan(execution_id: str, runner: Runner) -> ExecutionPlan | None:
    check_id(execution_id)
    try:
        return read_plan(execution_id, runner.session.objects, runner.session.settings)
    except NotFound:
        return None


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
        message = (
            f"Stage {stage.name} of execution {run.plan.execution_id} needs what "
            f"{', '.join(unfinished)} has not finished. Run everything that is left with: "
            f"{run.resume_command()}. Nothing was run."
        )
        raise InvalidData(message)
