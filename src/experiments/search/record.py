"""Record of a study: its request, and what each fold of each trial gave, in the object store.

A study that was stopped goes on from it: its trials are drawn again, the same ones, and fits that
are in the record are not made again.
"""

from time import monotonic
from typing import Any

from pydantic import Field

from experiments.search.request import StudyRequest, require_same_study
from experiments.search.trials import FoldScore
from foundation import locations
from foundation.errors import NotFound
from foundation.record import Record
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore

WRITE_EVERY_SECONDS = 2.0  # a kill loses no more than the fits of so long


class KeptFold(Record):
    """What one fold of one trial gave."""

    slot: int
    fold: int
    seconds: float
    score: float | None = None
    reason: str | None = None


class StudyDocument(Record):
    """The record as JSON."""

    request: dict[str, Any]
    folds: tuple[KeptFold, ...] = Field(default=())


class StudyRecord:
    """The record of one study, written every few seconds while it grows; `flush` writes the rest.

    Two processes that run the same study at once find the same: whoever writes last has it.
    """

    def __init__(self, request: StudyRequest, objects: ObjectStore, settings: Settings) -> None:
        """Read what earlier runs of the study left.

        Raises InvalidParams, with each difference, for another request of the same name; a larger
        budget is none.
        """
        self._objects, self._bucket = objects, settings.workflow_bucket
        self._key = locations.study_key(request.name)
        self._request = request.facts_to_keep()
        self._folds: dict[int, dict[int, FoldScore]] = {}
        if (kept := self._read()) is not None:
            require_same_study(kept.request, self._request, request.name)
            for each in kept.folds:
                score = FoldScore(each.score, each.seconds, each.reason)
                self._folds.setdefault(each.slot, {})[each.fold] = score
        self._is_written, self._written_at = kept is not None, monotonic()

    def known(self, slot: int) -> dict[int, FoldScore]:
        """Return what is known of the folds of a trial."""
        return dict(self._folds.get(slot, {}))

    def keep(self, slot: int, fold: int, score: FoldScore) -> None:
        """Keep what a fold gave."""
        self._folds.setdefault(slot, {})[fold] = score
        self._is_written = False
        if monotonic() - self._written_at >= WRITE_EVERY_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet."""
        if self._is_written:
            return
        folds = tuple(
            KeptFold(slot=slot, fold=fold, **vars(score))
            for slot, of_slot in self._folds.items()
            for fold, score in of_slot.items()
        )
        document = StudyDocument(request=self._request, folds=folds)
        self._objects.write(self._bucket, self._key, document.to_json())
        self._is_written, self._written_at = True, monotonic()

    def _read(self) -> StudyDocument | None:
        try:
            data = self._objects.read(self._bucket, self._key)
        except NotFound:
            return None
        return StudyDocument.model_validate_json(data)
