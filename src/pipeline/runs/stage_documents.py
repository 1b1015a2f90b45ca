"""Stage documents: the record and the executed notebook of each attempt at a stage, in the store.

The last attempt's are `record.json` and `notebook.ipynb`; earlier ones keep their number:
`record-1.json`, `notebook-1.ipynb`, …
"""

import contextlib
from dataclasses import dataclass

from foundation import locations
from foundation.errors import NotFound
from foundation.locations import uri
from foundation.stores.object_store import ObjectStore
from pipeline.notebooks.run_record import RunRecord

RECORD, NOTEBOOK = "record.json", "notebook.ipynb"


@dataclass(frozen=True)
class StageDocuments:
    """Records and executed notebooks of one stage of an execution."""

    store: ObjectStore
    bucket: str
    execution_id: str
    stage: str

    def record(self, attempt: int | None = None) -> RunRecord | None:
        """Read the record of an attempt, by default the last; None when there is none."""
        with contextlib.suppress(NotFound):
            data = self.store.read(self.bucket, self._key(RECORD, attempt))
            return RunRecord.model_validate_json(data)
        return None

    def records(self) -> list[RunRecord]:
        """Read the records of all attempts, first to last."""
        last = self.record()
        if last is None:
            return []
        earlier = (self.record(attempt) for attempt in range(1, last.attempt))
        return [*(record for record in earlier if record), last]

    def notebook(self) -> bytes:
        """Read the executed notebook of the last attempt; NotFound when there is none."""
        return self.store.read(self.bucket, self._key(NOTEBOOK))

    @property
    def notebook_uri(self) -> str:
        """Where the executed notebook of the last attempt is kept."""
        return uri(self.bucket, self._key(NOTEBOOK))

    def write_record(self, record: RunRecord) -> None:
        """Write the record of the current attempt."""
        self.store.write(self.bucket, self._key(RECORD), record.to_json())

    def write_notebook(self, content: bytes) -> None:
        """Write the executed notebook of the current attempt."""
        self.store.write(self.bucket, self._key(NOTEBOOK), content)

    def archive_last_attempt(self) -> int:
        """Move the documents of the last attempt to its number; return the number of the next."""
        last = self.record()
        if last is None:
            return 1
        if last.status == "running":
            last = last.abandoned()  # its runner held the lease, and no longer does
        self.store.write(self.bucket, self._key(RECORD, last.attempt), last.to_json())
        with contextlib.suppress(NotFound):
            self.store.write(self.bucket, self._key(NOTEBOOK, last.attempt), self.notebook())
            self.store.delete(self.bucket, self._key(NOTEBOOK))
        return last.attempt + 1

    def _key(self, file: str, attempt: int | None = None) -> str:
        name, suffix = file.split(".")
        numbered = file if attempt is None else f"{name}-{attempt}.{suffix}"
        return locations.stage_key(self.execution_id, self.stage, numbered)
