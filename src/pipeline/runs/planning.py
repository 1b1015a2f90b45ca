"""Planning: the plan of an execution, validated completely before anything runs."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeVar

from foundation.errors import InvalidParams
from foundation.executions import INTERACTIVE, ExecutionPlan
from foundation.params import did_you_mean
from foundation.progress import ignore_progress
from foundation.session import Session
from foundation.source_version import git_commit
from pipeline.notebooks.events import OnEvent
from pipeline.notebooks.notebook_source import check_parameters
from pipeline.order import PIPELINES, Stage, Stages, stages_of
from pipeline.runs.day_to_score import day_to_score
from pipeline.runs.run_rules import read_rules

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")  # as Step Functions names executions
Overrides = Mapping[str, Mapping[str, Any]]  # stage → parameter → value

Checked = TypeVar("Checked")


@dataclass(frozen=True)
class Runner:
    """The session in which pipelines run, and the callback that follows their events.

    `environment` is added to that of every kernel.
    """

    session: Session
    on_event: OnEvent = ignore_progress
    pipelines: Mapping[str, Stages] = field(default_factory=lambda: PIPELINES)
    environment: Mapping[str, str] = field(default_factory=dict)

    def stages(self, pipeline: str) -> Stages:
        """Return the stages of a pipeline; InvalidParams for an unknown one."""
        return stages_of(pipeline, self.pipelines)


def new_plan(
    pipeline: str,
    runner: Runner,
    *,
    execution_id: str,
    day: date | None,
    overrides: Overrides,
    requested: list[str] | None = None,
) -> ExecutionPlan:
    """Return the plan of a new execution, without writing it; all stages are requested by default.

    Raises InvalidParams with every mistake of every file and override at once.
    """
    stages = runner.stages(pipeline)
    problems = unknown_stages(stages, overrides)
    settled = _collect_problems(
        partial(day_to_score, pipeline, day, runner.session.objects, runner.session.settings),
        problems,
    )
    _collect_problems(partial(read_rules, stages), problems)
    parameters = _parameters(stages, overrides, problems)
    if problems:
        source = f"The plan of {pipeline}"
        raise InvalidParams(source, problems)
    return ExecutionPlan(
        execution_id=execution_id,
        pipeline=pipeline,
        day=settled,
        parameters=parameters,
        created_at=datetime.now(UTC),
        git_commit=git_commit(),
        requested=list(parameters) if requested is None else requested,
    )


def new_id(pipeline: str) -> str:
    """Return a new execution id that sorts by time."""
    return f"{pipeline}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def check_id(execution_id: str) -> None:
    """Raise InvalidParams for an id that is malformed, or reserved for interactive use."""
    problems = []
    if not ID_PATTERN.fullmatch(execution_id):
        problems.append(
            f"{execution_id!r} is not one: an id has at most 80 letters, digits, - and _, and "
            "starts with a letter or digit"
        )
    elif execution_id.startswith(INTERACTIVE):
        problems.append(f"ids that start with {INTERACTIVE!r} are for notebooks run by hand")
    if problems:
        source = "The execution id"
        raise InvalidParams(source, problems)


def check_still_fits(plan: ExecutionPlan, stages: Stages) -> None:
    """Raise InvalidParams for a plan that today's code or notebooks no longer accept."""
    problems: list[str] = []
    for stage in stages:
        _collect_problems(
            partial(_check_stage, stage, plan.parameters.get(stage.name, {})), problems
        )
    if problems:
        source = f"The plan of execution {plan.execution_id}, by today's code,"
        raise InvalidParams(source, problems)


def check_same_request(
    plan: ExecutionPlan, stages: Stages, *, day: date | None, overrides: Overrides
) -> None:
    """Raise InvalidParams when a resume asks for another day or other values than planned."""
    problems = unknown_stages(stages, overrides)
    for stage in stages:
        planned, given = plan.parameters[stage.name], overrides.get(stage.name, {})
        changed = stage.params_model.checked({**planned, **given}, source=stage.path)
        problems += [
            f"{stage.name}.{name} is {planned.get(name)!r} in it, not {value!r}"
            for name, value in changed.model_dump(mode="json").items()
            if name in given and planned.get(name) != value
        ]
    if day is not None and day != plan.day:
        problems.append(f"its day is {plan.day}, not {day}")
    if problems:
        source = f"Execution {plan.execution_id} exists and is resumed as planned; the request"
        way_out = "for other values start a new execution, or replay this one"
        raise InvalidParams(source, [*problems, way_out])


def unknown_stages(stages: Stages, overrides: Overrides) -> list[str]:
    """Return a problem for each override of a stage that does not exist."""
    names = {stage.name for stage in stages}
    return [
        f"{name}: no such stage in {stages[0].pipeline}; {did_you_mean(name, names)}"
        for name in overrides
        if name not in names
    ]


def stage_parameters(stage: Stage, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a stage: YAML and overrides, validated by model and notebook."""
    params = stage.params_model.from_yaml(stage.params_file, **overrides)
    values = params.model_dump(mode="json")
    _check_notebook(stage, values)
    return values


def _parameters(
    stages: Stages, overrides: Overrides, problems: list[str]
) -> dict[str, dict[str, Any]]:
    """Return the parameters of each stage, and add every mistake to `problems`."""
    parameters = {}
    for stage in stages:
        given = overrides.get(stage.name, {})
        try:
            parameters[stage.name] = stage_parameters(stage, given)
        except InvalidParams as error:
            problems += [_placed(problem, error.source, stage, given) for problem in error.problems]
    return parameters


def _placed(problem: str, file: str, stage: Stage, given: Mapping[str, Any]) -> str:
    """Return the problem with its place: the file, or the override of this run."""
    name = re.split("[.:]", problem, maxsplit=1)[0]
    return f"--set {stage.name}.{problem}" if name in given else f"{file}: {problem}"


def _check_stage(stage: Stage, values: Mapping[str, Any]) -> None:
    stage.params_model.checked(values, source=stage.path)
    _check_notebook(stage, values)


def _check_notebook(stage: Stage, values: Mapping[str, Any]) -> None:
    check_parameters(stage.notebook, {"execution_id": "", **values})


def _collect_problems(check: Callable[[], Checked], problems: list[str]) -> Checked | None:
    """Return the result of `check`, or None with its problems added to `problems`."""
    try:
        return check()
    except InvalidParams as error:
        problems += [f"{error.source}: {problem}" for problem in error.problems]
        return None
