"""The documents of each attempt are kept under its number, the last one's under plain names."""

from pathlib import Path

import pytest

from fakes.ports.object_store import FakeObjectStore
from fakes.tiny.project import write_notebook
from foundation.errors import NotFound
from pipeline.notebooks.run_record import RunRecord, new_record, with_end
from pipeline.runs.stage_documents import StageDocuments


@pytest.fixture
def documents() -> StageDocuments:
    return StageDocuments(FakeObjectStore(), "bucket", "run-1", "make")


def record_of(folder: Path, attempt: int) -> RunRecord:
    return new_record(write_notebook(folder, ["# T", "a = 1", "a"]), {}, attempt)


def test_before_the_first_attempt_there_is_nothing(documents):
    assert documents.archive_last_attempt() == 1
    assert documents.records() == []
    with pytest.raises(NotFound):
        documents.notebook()


def test_an_attempt_moves_to_its_number_before_the_next(documents, tmp_path):
    first, second = (with_end(record_of(tmp_path, attempt), None) for attempt in (1, 2))
    documents.write_record(first)
    documents.write_notebook(b"first")
    assert documents.archive_last_attempt() == 2
    documents.write_record(second)
    documents.write_notebook(b"second")

    assert documents.records() == [first, second]
    assert documents.record(1) == first
    assert documents.notebook() == b"second"
    assert documents.store.read("bucket", "executions/run-1/make/notebook-1.ipynb") == b"first"
    assert documents.notebook_uri == "s3://bucket/executions/run-1/make/notebook.ipynb"


def test_an_attempt_whose_runner_disappeared_is_kept_as_interrupted(documents, tmp_path):
    documents.write_record(record_of(tmp_path, 1))
    assert documents.archive_last_attempt() == 2
    kept = documents.record(1)
    assert kept is not None
    assert (kept.status, kept.failure.error) == ("interrupted", "RunnerGone")
