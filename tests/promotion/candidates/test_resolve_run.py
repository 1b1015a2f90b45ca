"""A run is found by any name people have for it, with the runs that it was chosen from."""

from pathlib import Path

import pytest

from catalog.recorded_runs import COMPARISONS, TUNING
from fakes.ports.mlflow_store import mlflow_settings
from fakes.ports.tracking import FakeTracking
from fakes.promotions.candidates import run_in
from fakes.promotions.recorded_candidates import DATA, kept, study
from foundation.errors import NotFound
from foundation.tracking.runs import TrackedRun
from foundation.tracking.writer import MlflowTracking
from promotion.candidates.candidate import NoCandidate
from promotion.candidates.resolve_run import resolve_run

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")


def test_a_contender_was_chosen_from_all_of_its_comparison() -> None:
    tracking = FakeTracking()
    parent = tracking.log(run_in(COMPARISONS, tags={"kind": "comparison"}), {})
    tags = {"kind": "algorithm", "data_digest": DATA}
    runs = [
        run_in(COMPARISONS, n, tags=tags, metrics={"average_precision": n / 10}) for n in (1, 3, 2)
    ]
    ids = [kept(tracking, run.model_copy(update={"parent_run_id": parent})) for run in runs]
    assert len(resolve_run(ids[2], tracking).among) == 3
    assert resolve_run(parent, tracking).run.run_id == ids[1]


def test_an_experiment_means_its_best_run_that_kept_a_model() -> None:
    tracking = FakeTracking()
    kept(tracking, study(1, 0.7))
    best = kept(tracking, study(2, 0.8))
    tracking.log(study(3, 0.9), {})
    kept(tracking, study(4, float("nan")))
    kept(tracking, study(5, 0.95, status="failed"))
    tracking.begin(study(6, 0.99))
    found = resolve_run("tuning", tracking)
    assert found.run.run_id == best
    assert "of 3 on the same data" in found.named


def test_scores_on_other_data_do_not_compare() -> None:
    tracking = FakeTracking()
    kept(tracking, study(1, 0.99, data="e" * 64))
    newer = kept(tracking, study(2, 0.7))
    assert resolve_run("tuning", tracking).run.run_id == newer


def test_the_newest_study_of_a_data_set_is_none_of_another() -> None:
    tracking = FakeTracking()
    wanted = kept(tracking, of_data("payments", study(1, 0.7)))
    kept(tracking, of_data("creditcard", study(2, 0.9)))
    found = resolve_run("", tracking, "payments")
    assert found.run.run_id == wanted
    assert "the newest of payments" in found.named


def test_a_run_of_another_data_set_is_not_taken_for_one_of_this() -> None:
    tracking = FakeTracking()
    run_id = kept(tracking, of_data("creditcard", study(1, 0.7)))
    assert resolve_run(run_id, tracking, "creditcard").run.run_id == run_id
    with pytest.raises(NoCandidate, match="is of data set creditcard, not of payments"):
        resolve_run(run_id, tracking, "payments")


def test_without_a_study_of_the_data_set_the_way_to_make_one_names_it() -> None:
    with pytest.raises(NotFound, match="Make one: ceap tune --data payments"):
        resolve_run("", FakeTracking(), "payments")


def of_data(name: str, run: TrackedRun) -> TrackedRun:
    return run.model_copy(update={"tags": {**run.tags, "data": name}})


def test_trials_are_never_taken_for_studies() -> None:
    tracking = FakeTracking()
    winner = kept(tracking, study(1, 0.7))
    trial = run_in(TUNING, 2, tags={"kind": "trial"}, metrics={"average_precision": 0.9})
    tracking.log(trial, {})
    assert resolve_run("tuning", tracking).run.run_id == winner


def test_the_start_of_an_id_will_do_when_only_one_begins_so() -> None:
    tracking = FakeTracking()
    for n in range(10):
        kept(tracking, study(n, n / 10))
    assert resolve_run("run-1", tracking).run.run_id == "run-1"
    with pytest.raises(NoCandidate, match=r"10 runs begin with run-: .*Name more of it"):
        resolve_run("run-", tracking)


def test_in_mlflow_a_run_is_found_by_every_name(tmp_path: Path) -> None:
    tracking = MlflowTracking(mlflow_settings(tmp_path))
    ids = [kept(tracking, study(n, n / 10, study=f"it's {n}")) for n in (3, 5, 4)]
    names = {"": ids[1], ids[0]: ids[0], ids[2][:9]: ids[2], "it's 4": ids[2], "tuning": ids[1]}
    assert {name: resolve_run(name, tracking).run.run_id for name in names} == names
    with pytest.raises(NotFound, match="did you mean tuning"):
        resolve_run("tunin", tracking)


def test_the_best_of_an_experiment_was_chosen_from_every_trial_there() -> None:
    tracking = FakeTracking()
    for minute in (1, 2, 3):
        kept(tracking, study(minute, minute / 10))
    assert (
        sum(run.metrics["trials_complete"] for run in resolve_run("tuning", tracking).among) == 21
    )
