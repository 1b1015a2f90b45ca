"""Fit cache: results of finished fits, so that an interrupted run does not fit them again."""

import hashlib
import io
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

import numpy as np

from experiments.evaluation.fit_pool import FitPool, OnDone
from experiments.evaluation.fitting import FitRequest, FitResult
from foundation import locations
from foundation.digests import digest_of_json
from foundation.errors import NotFound
from foundation.lineage import environment_digest
from foundation.settings import Settings
from foundation.sources import code_digest
from foundation.stores.object_store import ObjectStore
from fraud.data.labelled_rows import LabelledRows


class FitCache:
    """The results of fits on one data set, by the digest of everything that decides them.

    The digest covers data, code, environment, model specification and rows, so a cached result is
    never that of another fit.
    """

    def __init__(self, objects: ObjectStore, settings: Settings, *, rows_digest: str) -> None:
        self._objects, self._bucket = objects, settings.workflow_bucket
        self._settings = settings
        self._facts = {
            "rows": rows_digest,
            "code": code_digest(),
            "environment": environment_digest(),
        }

    def open_cluster_pool(
        self, rows: LabelledRows, address: str
    ) -> AbstractContextManager[FitPool]:
        """Return a pool of the workers at `address`, which read the rows from the cache's store."""
        from experiments.evaluation.cluster import open_cluster_pool

        return open_cluster_pool(
            rows, digest_of_json(self._facts), address, self._objects, self._settings
        )

    def run(
        self,
        pool: FitPool,
        requests: Sequence[FitRequest],
        on_done: OnDone,
        *,
        until: float | None = None,
    ) -> list[FitResult]:
        """Return the result of every request, in order; cache each fit once it is done.

        Results that the cache does not hold are fitted in `pool`, which raises OutOfTime at
        `until` (of the monotonic clock).
        """
        results = {at: hit for at, request in enumerate(requests) if (hit := self._read(request))}
        for at, result in results.items():
            on_done(requests[at], result)
        missing = [at for at in range(len(requests)) if at not in results]

        def write(request: FitRequest, result: FitResult) -> None:
            self._objects.write(self._bucket, self._key(request), to_bytes(result))
            on_done(request, result)

        fitted = pool.run([requests[at] for at in missing], write, until=until)
        results |= dict(zip(missing, fitted, strict=True))
        return [results[at] for at in range(len(requests))]

    def _read(self, request: FitRequest) -> FitResult | None:
        try:
            return from_bytes(self._objects.read(self._bucket, self._key(request)))
        except NotFound:
            return None

    def _key(self, request: FitRequest) -> str:
        return locations.fit_key(digest_of_json({**self._facts, **_facts(request)}))


def _facts(request: FitRequest) -> dict[str, Any]:
    fold = hashlib.sha256()
    for part in (request.fold.train, request.fold.stop, request.fold.validation):
        fold.update(np.ascontiguousarray(part, dtype=np.int64).tobytes() + b"|")
    return {
        "candidate": request.spec.model_dump(mode="json"),
        "fold": fold.hexdigest(),
        "costs": request.costs.model_dump(mode="json"),
        "keeps_model": request.keeps_model,
        "only_ranks": request.only_ranks,
    }


def to_bytes(result: FitResult) -> bytes:
    """Serialize a result as a NumPy archive without pickle."""
    files = result.files
    numbers = {**asdict(result), "scores": None, "files": None if files is None else list(files)}
    arrays = {f"file {n}": np.frombuffer(d, np.uint8) for n, d in enumerate((files or {}).values())}
    written = io.BytesIO()
    text = np.frombuffer(json.dumps(numbers).encode(), np.uint8)
    np.savez(written, allow_pickle=False, scores=result.scores, numbers=text, **arrays)
    return written.getvalue()


def from_bytes(data: bytes) -> FitResult:
    """Read what `to_bytes` wrote."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        numbers = json.loads(arrays["numbers"].tobytes())
        names = numbers.pop("files")
        files = names and {name: arrays[f"file {n}"].tobytes() for n, name in enumerate(names)}
        return FitResult(**{**numbers, "scores": arrays["scores"], "files": files})
