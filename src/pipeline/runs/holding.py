"""Holding: an execution that one runner holds, with its plan in the store."""

from collections.abc import Iterator
from contextlib import contextmanager

from foundation import locations
from foundation.errors import NotFound, Unavailable
from foundation.executions import ExecutionPlan, read_plan
from foundation.stores.lease import hold_lease
from pipeline.notebooks.events import ExecutionStarted
from pipeline.order import Stage
from pipeline.runs.planning import Runner, check_id
from pipeline.runs.replay_plan import copy_earlier_stages
from pipeline.runs.run_rules import read_rules
from pipeline.runs.stage_run import ExecutionInterrupted, Run


def known_plan(execution_id: str, runner: Runner) -> ExecutionPlan | None:
    """Read the plan of an execution; None where it was never planned."""
    check_id(execution_id)
    try:
        return read_plan(execution_id, runner.session.objects, runner.session.settings)
    except NotFound:
        return None


@contextmanager
def hold_execution(
    plan: ExecutionPlan, runner: Runner, alone: Stage | None = None
) -> Iterator[Run]:
    """Hold the lease of the execution; write its plan, and copy the stages that it replays."""
    stages = runner.stages(plan.pipeline)
    rules = read_rules(stages)
    bucket = runner.session.settings.workflow_bucket
    prefix, what = (
        locations.execution_lease_prefix(plan.execution_id),
        f"Execution {plan.execution_id}",
    )
    with hold_lease(runner.session.objects, bucket, prefix, what=what) as lease:
        stored = known_plan(plan.execution_id, runner)
        sets = plan.data_sets
        data = sets.get(alone.name, "") if alone else next(iter(sets.values()), "")
        runner.on_event(
            ExecutionStarted(plan.execution_id, plan.pipeline, stored is not None, data)
        )
        plan = _keep(plan, stored, runner)
        if plan.replay_of:
            copy_earlier_stages(plan, stages, runner)
        run = Run(plan, stages, rules, runner, lease, alone)
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


def _keep(plan: ExecutionPlan, stored: ExecutionPlan | None, runner: Runner) -> ExecutionPlan:
    """Write a new plan once, and into a stored one only which stages are requested besides.

    Raises AlreadyExists where another execution of this id was planned meanwhile.
    """
    store, bucket = runner.session.objects, runner.session.settings.workflow_bucket
    key = locations.execution_key(plan.execution_id)
    if stored is None or stored.model_copy(update={"requested": plan.requested}) != plan:
        store.write_once(bucket, key, plan.to_json())
        return plan
    if plan.requested is None:
        return stored
    grown = stored.requesting(plan.requested)
    if grown != stored:
        store.write(bucket, key, grown.to_json())
    return grown
