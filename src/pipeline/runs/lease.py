"""Lease: one runner at a time on an execution.

Each runner takes the next number by writing an object that must not exist yet, so of two that
try, one wins. It then says every few seconds that it is alive. A runner that was killed is
recognised at once on its own machine, and by its silence from any other.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psutil

from foundation.errors import AlreadyExists, FraudDetectionError, NotFound, Unavailable
from foundation.executions import Record
from foundation.object_store import ObjectStore

BEAT_SECONDS, SILENCE_SECONDS = 5.0, 60.0


class ExecutionBusy(FraudDetectionError):
    """Another runner is at work on the execution; nothing was run."""


class Holder(Record):
    """A runner, as the lease object names it."""

    runner: str
    host: str
    pid: int
    process_started: float
    beat_at: datetime
    is_released: bool = False

    def is_alive(self) -> bool:
        if self.is_released or datetime.now(UTC) > self.silent_at:
            return False
        return self.host != socket.gethostname() or self._is_running_here()

    @property
    def silent_at(self) -> datetime:
        return self.beat_at + timedelta(seconds=SILENCE_SECONDS)

    def _is_running_here(self) -> bool:
        try:
            started: float = psutil.Process(self.pid).create_time()
        except psutil.Error:
            return False
        return abs(started - self.process_started) < 1  # else the number was given to another


class Lease:
    """A lease that this process holds."""

    def __init__(self, store: ObjectStore, bucket: str, execution_id: str) -> None:
        self._store, self._bucket, self._execution_id = store, bucket, execution_id
        self._key, self._me = _take(store, bucket, execution_id)
        self._done = threading.Event()
        self._beats = threading.Thread(target=self._beat, daemon=True)
        self._beats.start()

    def require_held(self) -> None:
        """Raise ExecutionBusy when another runner took over, because this one was silent."""
        newest = _newest_key(self._store, self._bucket, self._execution_id)
        if newest != self._key:
            message = (
                f"Execution {self._execution_id} was taken over by another runner while this one "
                "did not answer. This one stopped; look at it with: ceap executions show "
                f"{self._execution_id}"
            )
            raise ExecutionBusy(message)

    def release(self) -> None:
        self._done.set()
        self._beats.join()
        with contextlib.suppress(Unavailable):  # then it ends with this process, or by its silence
            self._write(is_released=True)

    def _beat(self) -> None:
        while not self._done.wait(BEAT_SECONDS):
            with contextlib.suppress(Unavailable):  # the next beat says the same
                self._write(is_released=False)

    def _write(self, *, is_released: bool) -> None:
        now = datetime.now(UTC)
        me = self._me.model_copy(update={"beat_at": now, "is_released": is_released})
        self._store.write(self._bucket, self._key, me.to_json())


@contextlib.contextmanager
def leased(store: ObjectStore, bucket: str, execution_id: str) -> Iterator[Lease]:
    """Hold the execution; ExecutionBusy when a runner that is alive holds it."""
    lease = Lease(store, bucket, execution_id)
    try:
        yield lease
    finally:
        lease.release()


def holder_of(store: ObjectStore, bucket: str, execution_id: str) -> Holder | None:
    """Read who holds the execution, or held it last."""
    key = _newest_key(store, bucket, execution_id)
    try:
        return Holder.model_validate_json(store.read(bucket, key)) if key else None
    except NotFound:
        return None


def _take(store: ObjectStore, bucket: str, execution_id: str) -> tuple[str, Holder]:
    newest = _newest_key(store, bucket, execution_id)
    key = _key(execution_id, _number(newest) + 1 if newest else 1)
    me = Holder(
        runner=uuid4().hex,
        host=socket.gethostname(),
        pid=os.getpid(),
        process_started=psutil.Process().create_time(),
        beat_at=datetime.now(UTC),
    )
    try:
        if newest:
            holder = Holder.model_validate_json(store.read(bucket, newest))
            if holder.is_alive():
                raise ExecutionBusy(_busy(execution_id, holder))
        store.write_once(bucket, key, me.to_json())
    except (NotFound, AlreadyExists):
        message = f"Another runner took execution {execution_id} just before. Nothing was run."
        raise ExecutionBusy(message) from None
    if newest:
        store.delete(bucket, newest)
    return key, me


def _busy(execution_id: str, holder: Holder) -> str:
    return (
        f"Execution {execution_id} is being run by process {holder.pid} on {holder.host}, heard at "
        f"{holder.beat_at:%H:%M:%S} UTC. Wait for it; should it fall silent, try again after "
        f"{holder.silent_at:%H:%M:%S} UTC. Nothing was run."
    )


def _newest_key(store: ObjectStore, bucket: str, execution_id: str) -> str | None:
    keys = store.keys(bucket, f"executions/{execution_id}/lease/")
    return keys[-1] if keys else None


def _key(execution_id: str, number: int) -> str:
    return f"executions/{execution_id}/lease/{number:06}.json"


def _number(key: str) -> int:
    return int(key.rsplit("/", 1)[1].removesuffix(".json"))
