"""History: the executions, with status, stages and cell records of each."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Literal

from foundation import commands, locations
from foundation.errors import NotFound
from foundation.executions import ExecutionPlan, StageOutput, finished_output, read_plan
from foundation.record import Record
from foundation.settings import Settings
from foundation.stores.lease import owner_of
from foundation.stores.lease_owner import LeaseOwner
from foundation.stores.object_store import ObjectStore
from pipeline.notebooks.run_record import RunRecord
from pipeline.order import PIPELINES, Stages, stage_at, stages_of
from pipeline.runs.stage_documents import StageDocuments

ExecutionStatus = Literal["finished", "failed", "running", "interrupted"]
StageStatus = Literal["finished", "copied", "failed", "running", "interrupted", "pending"]
THREADS = 16


class StageDetail(Record):
    """A stage of an execution; `records` has one entry an attempt, the last one last."""

    name: str
    status: StageStatus
    output: StageOutput | None
    records: list[RunRecord]
    notebook_uri: str | None


class ExecutionDetail(Record):
    """An execution: its plan, its stages, and the runner that holds it, if any.

    `requested` names the stages that somebody asked for: all those of `ceap run`, and each one of
    `ceap stage`.
    """

    plan: ExecutionPlan
    status: ExecutionStatus
    stages: list[StageDetail]
    requested: list[str]
    owner: LeaseOwner | None

    @property
    def stopped_at(self) -> str | None:
        """The first requested stage that has not finished; None when all have."""
        return next(iter(self._unfinished), None)

    @property
    def data_sets(self) -> list[str]:
        """The data set of each requested stage that works on one."""
        known = self.plan.data_sets
        return [known[stage] for stage in self.requested if stage in known]

    @property
    def not_requested(self) -> list[str]:
        """The stages that nobody has asked for."""
        return [stage.name for stage in self.stages if stage.name not in self.requested]

    @property
    def resume_commands(self) -> list[str]:
        """The commands that finish what was requested, and nothing else."""
        plan = self.plan
        if self.status not in ("failed", "interrupted"):
            return []
        if not self.not_requested:
            return [commands.run_pipeline(plan.pipeline, execution_id=plan.execution_id)]
        return [
            commands.run_stage(f"{plan.pipeline}/{name}", plan.execution_id)
            for name in self._unfinished
        ]

    @property
    def _unfinished(self) -> list[str]:
        return [
            stage.name
            for stage in self.stages
            if stage.output is None and stage.name in self.requested
        ]

    @property
    def ended_at(self) -> datetime | None:
        """The time of the last known event; None while the execution runs."""
        if self.status == "running":
            return None
        moments = [stage.output.finished_at for stage in self.stages if stage.output]
        moments += [r.ended_at for stage in self.stages for r in stage.records if r.ended_at]
        return max([self.plan.created_at, *moments])

    @property
    def seconds(self) -> float:
        """The seconds from planning to end, pauses between resumes included."""
        ended = self.ended_at or datetime.now(UTC)
        return (ended - self.plan.created_at).total_seconds()


def executions(
    store: ObjectStore,
    settings: Settings,
    *,
    limit: int | None = 20,
    pipelines: Mapping[str, Stages] = PIPELINES,
) -> list[ExecutionDetail]:
    """List the newest executions, newest first; all of them without a `limit`."""
    marker = "/execution.json"
    keys = store.keys(settings.workflow_bucket, "executions/")
    ids = [key.split("/")[1] for key in keys if key.endswith(marker) and key.count("/") == 2]
    with ThreadPoolExecutor(THREADS) as pool:
        plans = list(pool.map(lambda known: read_plan(known, store, settings), ids))
        newest = sorted(plans, key=lambda plan: plan.created_at, reverse=True)[:limit]
        return list(pool.map(lambda plan: _detail(plan, store, settings, pipelines), newest))


def execution_detail(
    execution_id: str,
    store: ObjectStore,
    settings: Settings,
    *,
    pipelines: Mapping[str, Stages] = PIPELINES,
) -> ExecutionDetail:
    """Read plan, status, stages and records of one execution; NotFound when there is none."""
    return _detail(read_plan(execution_id, store, settings), store, settings, pipelines)


def read_executed_notebook(
    execution_id: str,
    stage: str,
    store: ObjectStore,
    settings: Settings,
    *,
    pipelines: Mapping[str, Stages] = PIPELINES,
) -> bytes:
    """Read the last executed notebook of a stage; NotFound when no attempt has ended."""
    plan = read_plan(execution_id, store, settings)
    stage_at(f"{plan.pipeline}/{stage}", pipelines)
    try:
        return StageDocuments(store, settings.workflow_bucket, execution_id, stage).notebook()
    except NotFound as error:
        message = (
            f"Stage {stage} of execution {execution_id} has no executed notebook yet: one is left "
            f"when an attempt ends. How far it came: {commands.show_execution(execution_id)}"
        )
        raise NotFound(message) from error


def _detail(
    plan: ExecutionPlan,
    store: ObjectStore,
    settings: Settings,
    pipelines: Mapping[str, Stages],
) -> ExecutionDetail:
    bucket, execution_id = settings.workflow_bucket, plan.execution_id
    owner = owner_of(store, bucket, locations.execution_lease_prefix(execution_id))
    is_held = owner is not None and owner.is_alive()
    keys = set(store.keys(bucket, f"executions/{execution_id}/"))
    stages: list[StageDetail] = []
    for stage in stages_of(plan.pipeline, pipelines):
        documents = StageDocuments(store, bucket, execution_id, stage.name)
        output = finished_output(execution_id, stage.name, store, settings)
        records = documents.records()
        notebook = locations.stage_key(execution_id, stage.name, "notebook.ipynb")
        stages.append(
            StageDetail(
                name=stage.name,
                status=_stage_status(output, records, is_held),
                output=output,
                records=records,
                notebook_uri=documents.notebook_uri if notebook in keys else None,
            )
        )
    requested = _requested(plan, stages, stages_of(plan.pipeline, pipelines))
    return ExecutionDetail(
        plan=plan,
        status=_status([stage for stage in stages if stage.name in requested], is_held),
        stages=stages,
        requested=requested,
        owner=owner,
    )


def _requested(plan: ExecutionPlan, details: list[StageDetail], stages: Stages) -> list[str]:
    """Return the stages that were requested; of an older plan, those that its records speak for.

    Older plans do not tell one stage from a whole pipeline. All that began is taken for all that
    was requested where it finished, or where stages stand alone; a replay requested every stage.
    """
    begun = [stage.name for stage in details if stage.records or stage.output]
    if plan.requested is not None:
        return [stage.name for stage in details if stage.name in {*plan.requested, *begun}]
    has_finished = all(stage.output for stage in details if stage.name in begun)
    stand_alone = all(stage.stands_alone for stage in stages)
    if begun and not plan.replay_of and (has_finished or stand_alone):
        return begun
    return [stage.name for stage in details]


def _stage_status(
    output: StageOutput | None, records: list[RunRecord], is_held: bool
) -> StageStatus:
    if output:
        return "finished" if records else "copied"
    if not records:
        return "pending"
    status = records[-1].status
    if status == "running" and not is_held:
        return "interrupted"  # its runner is gone
    return "failed" if status in ("failed", "completed") else _known(status)


def _known(status: str) -> StageStatus:
    return "running" if status == "running" else "interrupted"


def _status(stages: list[StageDetail], is_held: bool) -> ExecutionStatus:
    if all(stage.output for stage in stages):
        return "finished"
    if is_held:
        return "running"
    return "failed" if any(stage.status == "failed" for stage in stages) else "interrupted"
