"""A recorded model is that of the run that is named, or of the newest study that finished."""

from datetime import UTC, datetime

import pytest

from catalog.recorded_models import find_newest_study, load_recorded_model, model_file_names
from catalog.recorded_runs import MODEL_FILES, TUNING
from fakes.ports.tracking import FakeTracking
from foundation.errors import NotFound
from foundation.tracking.runs import TrackedRun


def study(day: int, **changes: object) -> TrackedRun:
    """A study of a tuning that finished on that day."""
    moment = datetime(2026, 11, day, tzinfo=UTC)
    values: dict[str, object] = {
        "experiment": TUNING, "name": f"study {day}", "started_at": moment, "finished_at": moment,
        "tags": {"kind": "study"}, "params": {}, "metrics": {}, **changes,
    }  # fmt: skip
    return TrackedRun.model_validate(values)


def test_the_newest_study_is_the_last_that_finished():
    tracking = FakeTracking()
    for run in (
        study(20), study(21), study(22, status="failed"), study(23, tags={"kind": "trial"}),
    ):  # fmt: skip
        tracking.log(run, {})
    assert find_newest_study(tracking).name == "study 21"


def test_without_a_study_the_way_out_is_tuning():
    with pytest.raises(NotFound, match="ceap tune"):
        load_recorded_model(FakeTracking())


def test_a_run_without_a_model_is_named():
    tracking = FakeTracking()
    run_id = tracking.log(study(20), {"plots/roc.png": b"", "model/MLmodel": b""})
    assert model_file_names(tracking.run(run_id), tracking) == []
    with pytest.raises(NotFound, match=rf"Run {run_id} \(study 20\) kept no model"):
        load_recorded_model(tracking, run_id)


def test_the_files_of_a_model_are_told_from_other_artifacts_of_its_run():
    tracking = FakeTracking()
    own = f"{MODEL_FILES}model.json"
    run_id = tracking.log(study(20), {"plots/roc.png": b"", own: b"{}"})
    assert model_file_names(tracking.run(run_id), tracking) == [own]
