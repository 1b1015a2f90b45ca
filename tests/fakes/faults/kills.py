"""Services of a process that is killed at one of its calls; what was done before it stays done."""

from fakes.ports.object_store import FakeObjectStore
from fakes.ports.topic import FakeTopic


class Killed(BaseException):
    """What a kill looks like from inside: no handler sees it."""


class Clock:
    """Counts every call to the outside, and kills the process before or after one of them."""

    def __init__(self, kill_at: int | None, *, after: bool) -> None:
        self.calls, self._kill_at, self._after = 0, kill_at, after

    def __call__(self, call):
        number, self.calls = self.calls, self.calls + 1
        if number == self._kill_at and not self._after:
            raise Killed
        try:
            return call()
        finally:
            if number == self._kill_at:
                raise Killed


class KilledStore(FakeObjectStore):
    """The object store of an attempt that is killed at one call; what was written stays."""

    def __init__(self, durable: FakeObjectStore, clock: Clock) -> None:
        super().__init__()
        self.objects, self._clock = durable.objects, clock

    def read(self, bucket, key):
        return self._clock(lambda: super(KilledStore, self).read(bucket, key))

    def keys(self, bucket, prefix):
        return self._clock(lambda: super(KilledStore, self).keys(bucket, prefix))

    def write(self, bucket, key, data):
        self._clock(lambda: super(KilledStore, self).write(bucket, key, data))


class KilledTopic(FakeTopic):
    def __init__(self, durable: FakeTopic, clock: Clock) -> None:
        super().__init__()
        self.delivered, self._clock = durable.delivered, clock

    def publish(self, message):
        self._clock(lambda: super(KilledTopic, self).publish(message))
