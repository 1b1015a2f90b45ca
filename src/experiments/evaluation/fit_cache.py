"""Kept fits: what was fitted before an interruption is not fitted again."""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from experiments.evaluation.fit_pool import FitPool, FitRequest, FitResult, OnDone
from foundation import locations
from foundation.digests import digest_of_json
from foundation.errors import NotFound
from foundation.lineage import code_digest, environment_digest
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore

Answers = dict[int, FitResult]


class FitCache:
    """The fits of one data set, under the digest of everything that decides them.

    Data, code, environment, candidate and rows are in the digest: a kept fit is never another one.
    """

    def __init__(self, objects: ObjectStore, settings: Settings, *, rows_digest: str) -> None:
        self._objects, self._bucket = objects, settings.workflow_bucket
        self._facts = {
            "rows": rows_digest,
            "code": code_digest(),
            "environment": environment_digest(),
        }

    def judge(self, pool: FitPool, fits: Sequence[FitRequest], on_done: OnDone) -> list[FitResult]:
        """Answer every fit, from what is kept or from the bench; keep each once it is done."""
        kept = {place: found for place, fit in enumerate(fits) if (found := self._found(fit))}
        for place, found in kept.items():
            on_done(fits[place], found)
        missing = [place for place in range(len(fits)) if place not in kept]

        def keep(fit: FitRequest, done: FitResult) -> None:
            self._objects.write(self._bucket, self._key(fit), to_bytes(done))
            on_done(fit, done)

        made = pool.judge([fits[place] for place in missing], keep)
        answers: Answers = {**kept, **dict(zip(missing, made, strict=True))}
        return [answers[place] for place in range(len(fits))]

    def _found(self, fit: FitRequest) -> FitResult | None:
        try:
            return from_bytes(self._objects.read(self._bucket, self._key(fit)))
        except NotFound:
            return None

    def _key(self, fit: FitRequest) -> str:
        return locations.kept_fit(digest_of_json({**self._facts, **_facts(fit)}))


def _facts(fit: FitRequest) -> dict[str, Any]:
    fold = hashlib.sha256()
    for part in (fit.fold.train, fit.fold.stop, fit.fold.validation):
        fold.update(np.ascontiguousarray(part, dtype=np.int64).tobytes() + b"|")
    return {
        "candidate": fit.candidate.model_dump(mode="json"),
        "fold": fold.hexdigest(),
        "costs": fit.costs.model_dump(mode="json"),
        "keeps_model": fit.keeps_model,
    }


def to_bytes(judged: FitResult) -> bytes:
    files = judged.files
    numbers = {**asdict(judged), "scores": None, "files": None if files is None else list(files)}
    arrays = {f"file {n}": np.frombuffer(d, np.uint8) for n, d in enumerate((files or {}).values())}
    written = io.BytesIO()
    text = np.frombuffer(json.dumps(numbers).encode(), np.uint8)
    np.savez(written, allow_pickle=False, scores=judged.scores, numbers=text, **arrays)
    return written.getvalue()


def from_bytes(data: bytes) -> FitResult:
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        numbers = json.loads(arrays["numbers"].tobytes())
        names = numbers.pop("files")
        files = names and {name: arrays[f"file {n}"].tobytes() for n, name in enumerate(names)}
        return FitResult(**{**numbers, "scores": arrays["scores"], "files": files})
