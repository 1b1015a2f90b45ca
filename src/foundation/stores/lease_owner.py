"""Lease owner: the process that holds a lease or opened a journal, and whether it is alive."""

from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import uuid4

from pydantic import AwareDatetime, NonNegativeInt

from foundation.process_identity import ProcessIdentity, current_process
from foundation.record import Record

SILENCE_SECONDS = 60.0


class LeaseOwner(Record):
    """A process, as a lease or a promotion journal records it; `runner` is unique to one lease."""

    runner: str
    host: str
    pid: NonNegativeInt
    process_started: float
    beat_at: AwareDatetime
    is_released: bool = False

    @classmethod
    def of_this_process(cls, now: datetime) -> Self:
        """Return this process as an owner whose last heartbeat is `now`."""
        host, pid, started_at = current_process()
        return cls(runner=uuid4().hex, host=host, pid=pid, process_started=started_at, beat_at=now)

    @property
    def identity(self) -> ProcessIdentity:
        return ProcessIdentity(self.host, self.pid, self.process_started)

    @property
    def silent_at(self) -> datetime:
        """The moment from which an owner without another heartbeat counts as dead."""
        return self.beat_at + timedelta(seconds=SILENCE_SECONDS)

    def is_alive(self) -> bool:
        """Return whether the owner may still be at work.

        On this host the process itself is looked up. A process on another host counts as alive
        until its heartbeat is `SILENCE_SECONDS` old.
        """
        if self.is_released or datetime.now(UTC) > self.silent_at:
            return False
        return not self.identity.is_on_this_host or self.identity.is_alive()
