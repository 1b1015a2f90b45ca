"""Execution: one run of a pipeline, with its parameters and the digests of inputs and outputs."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel

from foundation import locations
from foundation.digests import digest_of_bytes, digest_of_file
from foundation.errors import AlreadyExists, NotFound
from foundation.locations import uri
from foundation.record import Record
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore

INTERACTIVE = "interactive"

Result = TypeVar("Result", bound=BaseModel)


class ExecutionPlan(Record):
    """The pipeline, day and parameters of an execution; written before its first stage.

    Only `requested` grows afterwards, when further stages of the execution are requested.
    """

    execution_id: str
    pipeline: str
    day: date | None = None
    parameters: dict[str, dict[str, Any]]  # by stage: every parameter, overrides included
    created_at: datetime
    git_commit: str | None
    replay_of: str | None = None
    replayed_from: str | None = None
    requested: list[str] | None = None  # stages; None in plans from before this was recorded

    @property
    def data_sets(self) -> dict[str, str]:
        """The data set of each stage that works on one."""
        named = {stage: values.get("data") for stage, values in self.parameters.items()}
        return {stage: data for stage, data in named.items() if data}

    def requesting(self, stages: Iterable[str]) -> Self:
        """Return the plan with these stages requested besides those that were."""
        known = [stage for stage in self.parameters if stage in {*(self.requested or ()), *stages}]
        return self.model_copy(update={"requested": known})


class StageOutput(Record):
    """The record of a finished stage: `output.json`."""

    execution_id: str
    stage: str
    inputs: dict[str, str]  # s3 URI → sha256 of what was read
    outputs: dict[str, str]  # s3 URI → sha256 of what was written
    result: dict[str, Any]
    finished_at: datetime


class Execution:
    """One run of a pipeline: a stage reads earlier results from it and finishes with a result.

    Every object that is read or written through an execution is recorded, with its digest, in the
    stage's `output.json`.
    """

    def __init__(
        self,
        execution_id: str,
        store: ObjectStore,
        settings: Settings,
        *,
        day: date | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.id, self.settings, self.now = execution_id, settings, now
        self._store, self._day = store, day
        self._inputs: dict[str, str] = {}
        self._outputs: dict[str, str] = {}

    @classmethod
    def open(cls, execution_id: str, store: ObjectStore, settings: Settings) -> Self:
        """Open the execution that was planned under this id; NotFound when none was.

        An id that starts with "interactive" needs no plan: its day is the day of the newest batch.
        """
        if execution_id.startswith(INTERACTIVE):
            return cls(execution_id, store, settings, day=newest_batch_day(store, settings))
        return cls(execution_id, store, settings, day=read_plan(execution_id, store, settings).day)

    @property
    def day(self) -> date:
        """The day whose transactions are scored."""
        if self._day is None:
            message = (
                f"Execution {self.id} has no day to score. Make a batch with "
                "`ceap data daily-batch`, or start it with `ceap run inference --date YYYY-MM-DD`."
            )
            raise NotFound(message)
        return self._day

    def read(self, bucket: str, key: str) -> bytes:
        data = self._store.read(bucket, key)
        self._inputs[uri(bucket, key)] = digest_of_bytes(data)
        return data

    def download(self, bucket: str, key: str, path: Path) -> Path:
        self._store.download(bucket, key, path)
        self._inputs[uri(bucket, key)] = digest_of_file(path)
        return path

    def write(self, bucket: str, key: str, data: bytes) -> None:
        self._store.write(bucket, key, data)
        self._outputs[uri(bucket, key)] = digest_of_bytes(data)

    def upload(self, bucket: str, key: str, path: Path) -> None:
        self._store.upload(bucket, key, path)
        self._outputs[uri(bucket, key)] = digest_of_file(path)

    def read_from(self, stage: str, file: str) -> bytes:
        """Read a file that `stage` wrote for this execution."""
        return self.read(self.settings.workflow_bucket, locations.stage_key(self.id, stage, file))

    def write_for(self, stage: str, file: str, data: bytes) -> None:
        """Write a file of `stage` for the later stages of this execution."""
        self.write(self.settings.workflow_bucket, locations.stage_key(self.id, stage, file), data)

    def result(self, stage: str, kind: type[Result]) -> Result:
        """Read the result of an earlier stage; NotFound when the stage has not finished."""
        key = locations.stage_output_key(self.id, stage)
        try:
            data = self.read(self.settings.workflow_bucket, key)
        except NotFound as error:
            message = (
                f"Stage {stage} of execution {self.id} has not finished; this stage needs its "
                f"result. Run it first. ({error})"
            )
            raise NotFound(message) from error
        return kind.model_validate(StageOutput.model_validate_json(data).result)

    def finish(self, stage: str, result: Result) -> Result:
        """Write `output.json`, once and last, and return the result.

        Raises AlreadyExists when another attempt finished first; the output of that one stands.
        """
        output = StageOutput(
            execution_id=self.id,
            stage=stage,
            inputs=self._inputs,
            outputs=self._outputs,
            result=result.model_dump(mode="json"),
            finished_at=self.now(),
        )
        bucket, key = self.settings.workflow_bucket, locations.stage_output_key(self.id, stage)
        if self.id.startswith(INTERACTIVE):
            self._store.write(bucket, key, output.to_json())
            return result
        try:
            self._store.write_once(bucket, key, output.to_json())
        except AlreadyExists as error:
            message = (
                f"Stage {stage} of execution {self.id} was finished by another attempt, whose "
                "output stands; what this attempt made was not published."
            )
            raise AlreadyExists(message) from error
        return result


def read_plan(execution_id: str, store: ObjectStore, settings: Settings) -> ExecutionPlan:
    try:
        data = store.read(settings.workflow_bucket, locations.execution_key(execution_id))
    except NotFound as error:
        message = (
            f"There is no execution {execution_id}. `ceap executions` lists them; "
            "`ceap run PIPELINE` starts one."
        )
        raise NotFound(message) from error
    return ExecutionPlan.model_validate_json(data)


def finished_output(
    execution_id: str, stage: str, store: ObjectStore, settings: Settings
) -> StageOutput | None:
    """Read the output of a stage; None when the stage has not finished."""
    key = locations.stage_output_key(execution_id, stage)
    try:
        return StageOutput.model_validate_json(store.read(settings.workflow_bucket, key))
    except NotFound:
        return None


def newest_batch_day(store: ObjectStore, settings: Settings) -> date | None:
    """Return the newest day that has a batch; None when no day has one."""
    return max(batch_days(store, settings), default=None)


def batch_days(store: ObjectStore, settings: Settings) -> list[date]:
    """Return the days that have a batch, in order."""
    keys = store.keys(settings.data_bucket, locations.DAILY_BATCHES)
    return sorted(day for key in keys if (day := locations.day_of_batch(key)))
