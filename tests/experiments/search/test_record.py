"""What folds gave outlives the process, and is never taken for that of another request."""

import pytest

from experiments.search import record as module
from experiments.search.record import StudyRecord
from experiments.search.trials import FoldScore
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.settings import fake_settings
from fakes.studies.studies import study_request
from foundation.errors import InvalidParams

SETTINGS = fake_settings()
GOOD, BAD = FoldScore(0.1 + 0.2, 1.5), FoldScore(None, 0.0, "no fraud in it")


def test_what_was_flushed_is_read_back_to_the_last_digit() -> None:
    objects = FakeObjectStore()
    record = StudyRecord(study_request(), objects, SETTINGS)
    assert record.known(3) == {}
    record.keep(3, 1, GOOD)
    record.keep(3, 2, BAD)
    record.flush()
    again = StudyRecord(study_request(trials=99), objects, SETTINGS)
    assert again.known(3) == {1: GOOD, 2: BAD}
    assert again.known(4) == {}


def test_it_is_written_while_it_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    objects = FakeObjectStore()
    monkeypatch.setattr(module, "WRITE_EVERY_SECONDS", 0.0)
    StudyRecord(study_request(), objects, SETTINGS).keep(0, 1, GOOD)
    assert StudyRecord(study_request(), objects, SETTINGS).known(0) == {1: GOOD}


def test_another_request_of_that_name_is_refused_with_the_difference() -> None:
    objects = FakeObjectStore()
    record = StudyRecord(study_request(), objects, SETTINGS)
    record.keep(0, 1, GOOD)
    record.flush()
    with pytest.raises(InvalidParams, match="seed is 7 in the study, not 8"):
        StudyRecord(study_request(seed=8), objects, SETTINGS)
