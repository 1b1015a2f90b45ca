"""Threads: an upper bound for numerical libraries."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(threads: int | None) -> Iterator[None]:
    """Limit the threads of every library that is loaded by now; None leaves them as they are.

    How many threads share a sum decides its last bits: on one, equal inputs give equal bytes.
    """
    if threads is None:
        yield
        return
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(threads):
        yield
