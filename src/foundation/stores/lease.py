"""Lease: one process at a time at what must not be done twice at once.

Each takes the next number by writing an object that must not exist yet, so of two that try, one
wins. It then says every few seconds that it is alive. One that was killed is recognised at once on
its own machine, and by its silence from any other.
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from foundation.errors import AlreadyExists, FraudDetectionError, NotFound
from foundation.stores.lease_owner import LeaseOwner
from foundation.stores.lease_prefix import LeasePrefix
from foundation.stores.object_store import ObjectStore

BEAT_SECONDS = 5.0
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.2, 1.0

_held_here: set[str] = set()  # the runners of this process that hold a lease now


class Busy(FraudDetectionError):
    """Another process is at it; nothing was done."""


class Lease:
    """A lease that this process holds."""

    def __init__(self, place: LeasePrefix, *, patience_seconds: float = 0) -> None:
        self._place = place
        self._key, self._me = _taken(place, patience_seconds)
        self._done = threading.Event()
        self._beats = threading.Thread(target=self._beat, daemon=True)
        self._beats.start()

    def require_held(self) -> None:
        """Raise Busy when another process took over, because this one was silent."""
        if self._place.newest_key() != self._key:
            owner = self._place.owner()
            by = f"process {owner.pid} on {owner.host}" if owner else "another process"
            message = (
                f"{self._place.what} was taken over by {by} while this one did not answer. This "
                "one stopped; look at what became of it there before you begin again."
            )
            raise Busy(message)

    def release(self) -> None:
        """Let others at it. When the store cannot be told, this process knows, and for others the
        lease ends with this process, or by its silence."""
        self._done.set()
        try:
            self._beats.join()
            with contextlib.suppress(FraudDetectionError):
                self._place.write(self._key, self._me, is_released=True)
        finally:
            _held_here.discard(self._me.runner)

    def _beat(self) -> None:
        while not self._done.wait(BEAT_SECONDS):
            with contextlib.suppress(FraudDetectionError):  # the next beat says the same
                self._place.write(self._key, self._me)


@contextlib.contextmanager
def leased(
    store: ObjectStore, bucket: str, place: str, *, what: str, patience_seconds: float = 0
) -> Iterator[Lease]:
    """Hold what lies at `place`; Busy when a process that is alive holds it, and still does when
    the patience is at its end.

    `what` names it in messages: "Execution training-1", "Promotion".
    """
    lease = Lease(LeasePrefix(store, bucket, place, what=what), patience_seconds=patience_seconds)
    try:
        yield lease
    except BaseException:
        with contextlib.suppress(BaseException):  # what stopped the block is what is to be told
            lease.release()
        raise
    lease.release()


def owner_of(store: ObjectStore, bucket: str, place: str) -> LeaseOwner | None:
    """Read who holds it, or held it last."""
    return LeasePrefix(store, bucket, place).owner()


def _taken(place: LeasePrefix, patience_seconds: float) -> tuple[str, LeaseOwner]:
    for wait in _waits(patience_seconds):
        try:
            return _take(place)
        except Busy:
            time.sleep(wait)
    return _take(place)


def _waits(patience_seconds: float) -> Iterator[float]:
    """Pauses that grow, and together are the patience."""
    wait, left = FIRST_WAIT_SECONDS, patience_seconds
    while left > 0:
        yield min(wait, left)
        left -= wait
        wait = min(wait * 1.5, LONGEST_WAIT_SECONDS)


def _take(place: LeasePrefix) -> tuple[str, LeaseOwner]:
    """Take the next number; Busy when a process that is alive has the newest, or was faster."""
    newest = place.newest_key()
    key, owner = place.key_after(newest), LeaseOwner.of_this_process(datetime.now(UTC))
    _held_here.add(owner.runner)
    try:
        if newest and (other := place.read(newest)) and _is_held(other):
            raise Busy(_busy(place.what, other))
        place.store.write_once(place.bucket, key, owner.to_json())
        _clear_away_before(key, place)
    except BaseException as error:
        _held_here.discard(owner.runner)
        if not isinstance(error, NotFound | AlreadyExists):
            raise
        message = f"{place.what} was taken by another process just before. Nothing was done."
        raise Busy(message) from None
    return key, owner


def _is_held(owner: LeaseOwner) -> bool:
    """Say whether somebody has it: what this very process left behind is nobody's."""
    is_ours = (owner.host, owner.pid) == (socket.gethostname(), os.getpid())
    return owner.is_alive() and (not is_ours or owner.runner in _held_here)


def _clear_away_before(key: str, place: LeasePrefix) -> None:
    """Remove older keys; AlreadyExists when `key` is not the newest.

    Then the number had been given, used and cleared away since this process looked for the newest.
    """
    *older, newest = place.keys()
    if newest != key:
        raise AlreadyExists(key)
    for old in older:
        with contextlib.suppress(FraudDetectionError):  # whoever comes next does it
            place.store.delete(place.bucket, old)


def _busy(what: str, owner: LeaseOwner) -> str:
    return (
        f"{what} is being run by process {owner.pid} on {owner.host}, heard at "
        f"{owner.beat_at:%H:%M:%S} UTC. Wait for it; should it fall silent, try again after "
        f"{owner.silent_at:%H:%M:%S} UTC. Nothing was done."
    )
