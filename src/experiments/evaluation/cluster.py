"""Cluster: the workers of a Dask scheduler, on one machine or many, as a fit pool.

Dask does the scheduling: it gives fits to whoever is free, and those of a worker that is lost to
another one. Rows go to the object store once; each worker process reads them once. Workers need
this package and the same libraries, which is checked, and access to the object store. Give each
process one thread.
"""

import pickle
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from experiments.evaluation.fit_pool import FitPool
from experiments.evaluation.fitting import fit_shared
from foundation import locations
from foundation.errors import InvalidParams, Unavailable
from foundation.lineage import environment_digest
from foundation.settings import Settings
from foundation.sources import code_digest
from foundation.stores.object_store import ObjectStore, S3ObjectStore
from fraud.data.labelled_rows import LabelledRows

T = TypeVar("T")

PATIENCE_SECONDS = 10
KILLED_WORKER = "KilledWorker"  # what Dask calls a fit with which several workers ended
MISSING = "it needs Dask: pip install -r requirements-cluster.lock, here and where its workers run"
OTHER_CODE = (
    "A worker of the cluster has another version of this package or of a library than the process "
    "that asks it, and would fit other models. Nothing of it was used. Install the same on both, "
    "start the worker again, and run the same again."
)


@dataclass(frozen=True)
class StoredRows:
    """Rows in the object store, which each worker process reads once.

    `code` and `environment` are the digests of the process that wrote them.
    """

    settings: Settings
    digest: str
    code: str
    environment: str

    @classmethod
    def write(
        cls, rows: LabelledRows, digest: str, objects: ObjectStore, settings: Settings
    ) -> "StoredRows":
        """Write rows, unless they are there from an earlier run.

        `digest` is of all that decides the rows: data, history features, code and environment.
        """
        key = locations.shared_rows_key(digest)
        if not objects.exists(settings.workflow_bucket, key):
            objects.write(settings.workflow_bucket, key, pickle.dumps(rows))
        return cls(settings, digest, code_digest(), environment_digest())

    def read(self) -> LabelledRows:
        """Read the rows; raises Unavailable in a worker of other code or other libraries.

        Only whoever may run code here can write to that bucket.
        """
        if (code_digest(), environment_digest()) != (self.code, self.environment):
            raise Unavailable(OTHER_CODE)
        key = locations.shared_rows_key(self.digest)
        with tempfile.TemporaryDirectory(prefix="ceap-rows-") as folder:
            file = Path(folder, "rows")
            S3ObjectStore(self.settings).download(self.settings.workflow_bucket, key, file)
            rows: LabelledRows = pickle.loads(file.read_bytes())
        return rows


class DaskExecutor(Executor):
    """Submits to a Dask scheduler, and closes the connection at the end."""

    def __init__(self, address: str) -> None:
        """Connect; raises Unavailable where no scheduler answers, or it has no workers."""
        self._client = _connected(address)
        # Impure: a fit is named by the pool alone, so that one that is made again runs again.
        self._executor = self._client.get_executor(pure=False)
        self.threads = sum(self._client.nthreads().values())

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> "Future[T]":
        """Submit one call."""
        handed: Future[T] = Future()
        submitted = self._executor.submit(fn, *args, **kwargs)
        submitted.add_done_callback(lambda done: _hand_over(done, handed))
        return handed

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what is under way, unless it is waited for; workers and scheduler stay."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()


def _hand_over(done: "Future[T]", handed: "Future[T]") -> None:
    """Hand a result over; for one that was lost with its worker or scheduler, a BrokenExecutor."""
    error = None if done.cancelled() else done.exception()
    if done.cancelled() or type(error).__name__ == KILLED_WORKER:
        handed.set_exception(BrokenExecutor(f"Dask lost a fit: {error or 'it was cancelled'}"))
    elif error is not None:
        handed.set_exception(error)
    else:
        handed.set_result(done.result())


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        what = "The cluster to fit on"
        raise InvalidParams(what, [MISSING]) from None
    try:
        client = Client(address, timeout=PATIENCE_SECONDS)
        client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
    except (OSError, TimeoutError) as error:
        message = (
            f"No Dask scheduler with workers answers at {address}. Start them (`dask scheduler`, "
            f"and `dask worker {address} --nthreads 1` on each machine), and run the same again: "
            "it goes on from what is kept."
        )
        raise Unavailable(message) from error
    return client


@contextmanager
def open_cluster_pool(
    rows: LabelledRows, digest: str, address: str, objects: ObjectStore, settings: Settings
) -> Iterator[FitPool]:
    """Fit on the workers of the scheduler at `address` (`tcp://host:8786`).

    `digest` is of all that decides the rows. Raises Unavailable where no scheduler answers, and
    InvalidParams where Dask is not installed.
    """
    first = DaskExecutor(address)
    waiting = [first]  # the pool's first executor is the one that is open already

    def connect() -> Executor:
        return waiting.pop() if waiting else DaskExecutor(address)

    stored = StoredRows.write(rows, digest, objects, settings)
    with closing(FitPool(connect, partial(fit_shared, shared=stored), first.threads)) as pool:
        yield pool
