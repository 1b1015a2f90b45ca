"""Data set of an execution: said once, it reaches every stage that works on one."""

from collections.abc import Iterable, Mapping
from typing import Any

from foundation.errors import InvalidParams
from foundation.executions import Execution, ExecutionPlan
from foundation.session import Session
from pipeline.order import Stages

NAME = "data"  # the parameter
PREPARE, DEPLOY = "prepare", "deploy"


def with_data_set(
    stages: Stages, overrides: Mapping[str, Mapping[str, Any]], data: str | None
) -> dict[str, dict[str, Any]]:
    """Return the overrides with `data` for every stage that works on a data set.

    Raises InvalidParams where no stage does, an override names another data set, or there is no
    such data set.
    """
    given = {stage: dict(values) for stage, values in overrides.items()}
    if data is None:
        return given
    from catalog.prepared_data import data_spec  # imports polars

    data_spec(data)
    working = [stage.name for stage in stages if stage.takes_data_set]
    problems = [
        f"{stage}.{NAME} is {values[NAME]!r} by --set, and {data!r} by --data; say it once"
        for stage, values in given.items()
        if values.get(NAME, data) != data
    ]
    if not working:
        problems.append(f"{stages[0].pipeline} works on the transactions of a day; leave it out")
    if problems:
        source = "--data"
        raise InvalidParams(source, problems)
    return given | {stage: {**given.get(stage, {}), NAME: data} for stage in working}


def require_one_data_set(plan: ExecutionPlan, requested: Iterable[str]) -> None:
    """Raise InvalidParams where the requested stages of an execution work on several data sets."""
    names = set(requested)
    found = {stage: data for stage, data in plan.data_sets.items() if stage in names}
    if len(set(found.values())) < 2:
        return
    listed = ", ".join(f"{stage} on {data}" for stage, data in found.items())
    source = f"Execution {plan.execution_id} of {plan.pipeline}"
    way_out = "say it once for all of them, with --data NAME, in an execution of its own"
    raise InvalidParams(source, [f"it would work on several data sets: {listed}; {way_out}"])


def require_served_data_set(
    plan: ExecutionPlan, requested: Iterable[str], session: Session
) -> None:
    """Raise InvalidParams where training would replace the model of another data set unasked.

    *deploy* refuses that too, but only after hours of training.
    """
    names = set(requested)
    may_replace = plan.parameters.get(DEPLOY, {}).get("replace_other_data", True)
    new = plan.data_sets.get(PREPARE)
    if may_replace or new is None or not {PREPARE, DEPLOY} <= names:
        return
    # imports the model archive
    from pipeline.training.endpoint_rollback import last_healthy
    from pipeline.training.served_data import replacement_problem

    execution = Execution(plan.execution_id, session.objects, session.settings)
    serving = last_healthy(execution)
    if serving is None:
        return
    remedy = f"run it with --set {DEPLOY}.replace_other_data=true"
    problem = replacement_problem(execution, serving=serving.model_digest, new=new, remedy=remedy)
    if problem:
        source = f"Execution {plan.execution_id} of {plan.pipeline}"
        raise InvalidParams(source, [problem])
