"""Lease: mutual exclusion between processes, by objects in a store.

A process takes the next number by writing an object that must not exist yet, so one of two
processes that try at once succeeds. The owner then writes a heartbeat every few seconds. An owner
that was killed is recognised at once on its own host, and from other hosts when its last heartbeat
is too old.
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

_held_here: set[str] = set()  # the `runner` of every lease that this process holds now


class Busy(FraudDetectionError):
    """Another process holds the lease; nothing was done."""


class Lease:
    """A lease that this process holds, with a thread that writes its heartbeats."""

    def __init__(self, prefix: LeasePrefix, *, patience_seconds: float = 0) -> None:
        self._prefix = prefix
        self._key, self._owner = _take_patiently(prefix, patience_seconds)
        self._done = threading.Event()
        self._beats = threading.Thread(target=self._beat, daemon=True)
        self._beats.start()

    def require_held(self) -> None:
        """Raise Busy when another process took the lease over, because this one was silent."""
        if self._prefix.newest_key() != self._key:
            owner = self._prefix.owner()
            by = f"process {owner.pid} on {owner.host}" if owner else "another process"
            message = (
                f"{self._prefix.what} was taken over by {by} while this one did not answer. This "
                "one stopped; look at what became of it there before you begin again."
            )
            raise Busy(message)

    def release(self) -> None:
        """Release the lease.

        If the store is unreachable, this process still counts the lease as free. For other
        processes the lease ends when this process exits or its heartbeats stop.
        """
        self._done.set()
        try:
            self._beats.join()
            with contextlib.suppress(FraudDetectionError):
                self._prefix.write(self._key, self._owner, is_released=True)
        finally:
            _held_here.discard(self._owner.runner)

    def _beat(self) -> None:
        while not self._done.wait(BEAT_SECONDS):
            with contextlib.suppress(FraudDetectionError):  # the next heartbeat replaces this one
                self._prefix.write(self._key, self._owner)


@contextlib.contextmanager
def hold_lease(
    store: ObjectStore, bucket: str, prefix: str, *, what: str, patience_seconds: float = 0
) -> Iterator[Lease]:
    """Hold the lease at `prefix` for the length of the block.

    Args:
        store: Where the objects of the lease are.
        bucket: The bucket of these objects.
        prefix: Their prefix, which ends in "/lease/".
        what: The thing that is leased, as messages name it: "Execution training-1", "Promotion".
        patience_seconds: How long to wait for a live owner to release the lease.

    Raises:
        Busy: A live process holds the lease, and still does when the patience has run out.
    """
    lease = Lease(LeasePrefix(store, bucket, prefix, what=what), patience_seconds=patience_seconds)
    try:
        yield lease
    except BaseException:
        with contextlib.suppress(BaseException):  # raise the error that ended the block
            lease.release()
        raise
    lease.release()


def owner_of(store: ObjectStore, bucket: str, prefix: str) -> LeaseOwner | None:
    """Return the process that holds the lease, or held it last; None when nobody ever did."""
    return LeasePrefix(store, bucket, prefix).owner()


def _take_patiently(prefix: LeasePrefix, patience_seconds: float) -> tuple[str, LeaseOwner]:
    for wait in _waits(patience_seconds):
        try:
            return _take(prefix)
        except Busy:
            time.sleep(wait)
    return _take(prefix)


def _waits(patience_seconds: float) -> Iterator[float]:
    """Yield growing pauses whose sum is the patience."""
    wait, left = FIRST_WAIT_SECONDS, patience_seconds
    while left > 0:
        yield min(wait, left)
        left -= wait
        wait = min(wait * 1.5, LONGEST_WAIT_SECONDS)


def _take(prefix: LeasePrefix) -> tuple[str, LeaseOwner]:
    """Take the next number; Busy when a live process has the newest one, or was faster."""
    newest = prefix.newest_key()
    key, owner = prefix.key_after(newest), LeaseOwner.of_this_process(datetime.now(UTC))
    _held_here.add(owner.runner)
    try:
        if newest and (other := prefix.read(newest)) and _is_held(other):
            raise Busy(_busy_message(prefix.what, other))
        prefix.store.write_once(prefix.bucket, key, owner.to_json())
        _delete_older_keys(key, prefix)
    except BaseException as error:
        _held_here.discard(owner.runner)
        if not isinstance(error, NotFound | AlreadyExists):
            raise
        message = f"{prefix.what} was taken by another process just before. Nothing was done."
        raise Busy(message) from None
    return key, owner


def _is_held(owner: LeaseOwner) -> bool:
    """Return whether the lease is taken; one that this very process left behind is free."""
    is_ours = (owner.host, owner.pid) == (socket.gethostname(), os.getpid())
    return owner.is_alive() and (not is_ours or owner.runner in _held_here)


def _delete_older_keys(key: str, prefix: LeasePrefix) -> None:
    """Delete the keys before `key`; AlreadyExists when `key` is not the newest.

    In that case the number had been taken, used and deleted since this process read the newest.
    """
    *older, newest = prefix.keys()
    if newest != key:
        raise AlreadyExists(key)
    for old in older:
        with contextlib.suppress(FraudDetectionError):  # the next owner deletes it
            prefix.store.delete(prefix.bucket, old)


def _busy_message(what: str, owner: LeaseOwner) -> str:
    return (
        f"{what} is being run by process {owner.pid} on {owner.host}, heard at "
        f"{owner.beat_at:%H:%M:%S} UTC. Wait for it; should it fall silent, try again after "
        f"{owner.silent_at:%H:%M:%S} UTC. Nothing was done."
    )
