"""Replay plan: the plan of an execution that starts from finished stages of another one."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from foundation import locations
from foundation.commands import run_stage
from foundation.errors import InvalidParams, NotFound
from foundation.executions import ExecutionPlan, finished_output
from foundation.params import did_you_mean
from foundation.source_version import git_commit
from pipeline.order import Stage, Stages
from pipeline.runs.planning import Overrides, Runner, check_still_fits, unknown_stages


def replay_plan(
    source: ExecutionPlan, from_stage: str, runner: Runner, overrides: Overrides
) -> ExecutionPlan:
    """Return the plan to run `source` again from a stage on.

    Raises InvalidParams for a stage or override that does not fit, and NotFound when an earlier
    stage never finished.
    """
    stages = runner.stages(source.pipeline)
    names = [stage.name for stage in stages]
    if from_stage not in names:
        problem = f"there is no stage {from_stage!r}; {did_you_mean(from_stage, set(names))}"
        where = f"Replaying {source.execution_id}"
        raise InvalidParams(where, [problem])
    earlier = stages[: names.index(from_stage)]
    _check_overrides(stages, earlier, overrides)
    _require_finished(source, earlier, runner)
    plan = source.model_copy(
        update={
            "parameters": _parameters(source, stages, overrides),
            "created_at": datetime.now(UTC),
            "git_commit": git_commit(),
            "replay_of": source.execution_id,
            "replayed_from": from_stage,
            "requested": names,
        }
    )
    check_still_fits(plan, stages)
    return plan


def copy_earlier_stages(plan: ExecutionPlan, stages: Stages, runner: Runner) -> None:
    """Copy the files of the stages before `replayed_from`; resumes after a crash.

    The output of a stage is copied last, so that a stage half copied does not count as finished.
    """
    names = [stage.name for stage in stages]
    for name in names[: names.index(str(plan.replayed_from))]:
        if not finished_output(
            plan.execution_id, name, runner.session.objects, runner.session.settings
        ):
            _copy_stage(plan, name, runner)


def _copy_stage(plan: ExecutionPlan, name: str, runner: Runner) -> None:
    bucket = runner.session.settings.workflow_bucket
    source = locations.stage_key(str(plan.replay_of), name, "")
    files = [key.removeprefix(source) for key in runner.session.objects.keys(bucket, source)]
    left = [file for file in files if not file.startswith(("record", "notebook"))]
    for file in sorted(left, key=lambda file: file == "output.json"):
        data = runner.session.objects.read(bucket, source + file)
        runner.session.objects.write(
            bucket, locations.stage_key(plan.execution_id, name, file), data
        )


def _check_overrides(stages: Stages, earlier: Stages, overrides: Overrides) -> None:
    problems = unknown_stages(stages, overrides)
    problems += [
        f"{stage.name}: its output is copied, so its parameters cannot change; replay from it"
        for stage in earlier
        if overrides.get(stage.name)
    ]
    if problems:
        source = "The replay"
        raise InvalidParams(source, problems)


def _require_finished(source: ExecutionPlan, earlier: Stages, runner: Runner) -> None:
    for stage in earlier:
        if not finished_output(
            source.execution_id, stage.name, runner.session.objects, runner.session.settings
        ):
            message = (
                f"Stage {stage.name} of execution {source.execution_id} never finished, so there "
                f"is nothing to replay later stages from. Replay from {stage.name}, or run it "
                f"first: {run_stage(stage.path, source.execution_id)}\nNothing was run."
            )
            raise NotFound(message)


def _parameters(
    source: ExecutionPlan, stages: Stages, overrides: Overrides
) -> Mapping[str, dict[str, Any]]:
    return {
        stage.name: _changed(stage, source.parameters[stage.name], overrides.get(stage.name, {}))
        for stage in stages
    }


def _changed(stage: Stage, planned: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    checked = stage.params_model.checked({**planned, **given}, source=stage.path)
    return checked.model_dump(mode="json")
