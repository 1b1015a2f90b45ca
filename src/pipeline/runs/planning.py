"""Planning: what an execution is asked to do, checked whole before anything runs."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from foundation.errors import InvalidParams
from foundation.executions import INTERACTIVE, ExecutionPlan, newest_batch
from foundation.object_store import ObjectStore
from foundation.params import did_you_mean
from foundation.settings import Settings
from pipeline.notebooks.events import OnEvent, unheard
from pipeline.notebooks.notebook_source import check_parameters
from pipeline.order import PIPELINES, SCORES_A_DAY, Stage, Stages, stages_of
from pipeline.runs.run_rules import read_rules
from pipeline.runs.source_version import git_commit

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")  # as Step Functions names executions

Overrides = Mapping[str, Mapping[str, Any]]  # stage → parameter → value


@dataclass(frozen=True)
class Line:
    """Where pipelines run: the store that keeps them, the settings, and who watches.

    `environment` is added to that of every kernel.
    """

    store: ObjectStore
    settings: Settings
    on_event: OnEvent = unheard
    pipelines: Mapping[str, Stages] = field(default_factory=lambda: PIPELINES)
    environment: Mapping[str, str] = field(default_factory=dict)

    def stages(self, pipeline: str) -> Stages:
        return stages_of(pipeline, self.pipelines)


def new_plan(
    pipeline: str, line: Line, *, execution_id: str, day: date | None, overrides: Overrides
) -> ExecutionPlan:
    """Plan an execution; InvalidParams lists every mistake of every file and override at once."""
    stages = line.stages(pipeline)
    return ExecutionPlan(
        execution_id=execution_id,
        pipeline=pipeline,
        day=_day(pipeline, day, line),
        parameters=_parameters(stages, overrides),
        created_at=datetime.now(UTC),
        git_commit=git_commit(),
    )


def new_id(pipeline: str) -> str:
    """Make an execution id that sorts by time."""
    return f"{pipeline}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def check_id(execution_id: str) -> None:
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
    """Refuse to go on with a plan that the code or the notebooks no longer accept."""
    problems: list[str] = []
    for stage in stages:
        problems += _problems_of(partial(_check_stage, stage, plan.parameters.get(stage.name, {})))
    if problems:
        source = f"The plan of execution {plan.execution_id}, by today's code,"
        raise InvalidParams(source, problems)


def check_same_request(
    plan: ExecutionPlan, stages: Stages, *, day: date | None, overrides: Overrides
) -> None:
    """Refuse to resume an execution with anything else than it was started with."""
    problems = unknown_stages(stages, overrides)
    for stage in stages:
        planned, given = plan.parameters[stage.name], overrides.get(stage.name, {})
        wanted = stage.params_model.checked({**planned, **given}, source=stage.path)
        problems += [
            f"{stage.name}.{name} is {planned.get(name)!r} in it, not {value!r}"
            for name, value in wanted.model_dump(mode="json").items()
            if name in given and planned.get(name) != value
        ]
    if day is not None and day != plan.day:
        problems.append(f"its day is {plan.day}, not {day}")
    if problems:
        source = f"Execution {plan.execution_id} exists and is resumed as planned; the request"
        way_out = "for other values start a new execution, or replay this one"
        raise InvalidParams(source, [*problems, way_out])


def unknown_stages(stages: Stages, overrides: Overrides) -> list[str]:
    names = {stage.name for stage in stages}
    return [
        f"{name}: no such stage in {stages[0].pipeline}; {did_you_mean(name, names)}"
        for name in overrides
        if name not in names
    ]


def _parameters(stages: Stages, overrides: Overrides) -> dict[str, dict[str, Any]]:
    problems = unknown_stages(stages, overrides)
    problems += _problems_of(partial(read_rules, stages))
    parameters: dict[str, dict[str, Any]] = {}
    for stage in stages:
        try:
            parameters[stage.name] = stage_parameters(stage, overrides.get(stage.name, {}))
        except InvalidParams as error:
            problems += _listed(error)
    if problems:
        source = f"The parameters of {stages[0].pipeline}"
        raise InvalidParams(source, problems)
    return parameters


def stage_parameters(stage: Stage, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Lay overrides over the YAML of a stage, and check that its model and notebook accept them."""
    params = stage.params_model.from_yaml(stage.params_file, **overrides)
    values = params.model_dump(mode="json")
    _check_notebook(stage, values)
    return values


def _check_stage(stage: Stage, values: Mapping[str, Any]) -> None:
    stage.params_model.checked(values, source=stage.path)
    _check_notebook(stage, values)


def _check_notebook(stage: Stage, values: Mapping[str, Any]) -> None:
    check_parameters(stage.notebook, {"execution_id": "", **values})


def _problems_of(check: Callable[[], Any]) -> list[str]:
    try:
        check()
    except InvalidParams as error:
        return _listed(error)
    return []


def _listed(error: InvalidParams) -> list[str]:
    return [f"{error.source}: {problem}" for problem in error.problems]


def _day(pipeline: str, day: date | None, line: Line) -> date | None:
    if pipeline in SCORES_A_DAY:
        return day or newest_batch(line.store, line.settings)
    if day is not None:
        source = f"The day {day}"
        raise InvalidParams(source, [f"{pipeline} works on the whole data set, not on one day"])
    return None
