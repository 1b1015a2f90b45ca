"""A candidate is found by any name people have for it, with what it was picked from."""

from pathlib import Path
from typing import Any

import pytest

from catalog.recorded_runs import COMPARISONS, MODEL_FILES, TEST_EVALUATION, TUNING
from experiments.compare import compare_algorithms
from experiments.session import ExperimentSession
from fakes.candidates import rows_of_test, run_in, scored_again
from fakes.mlflow_store import mlflow_settings
from fakes.tracking import FakeTracking
from fakes.tuning import session_in, tuned_in
from foundation.errors import NotFound
from foundation.lineage import code_digest
from foundation.tracking.writer import MlflowTracking, TrackedRun, Tracking
from promotion.candidates.candidate import NoCandidate, load_candidate
from promotion.candidates.resolve_run import resolve_run
from promotion.candidates.test_set_uses import count_test_set_evaluations, record_test_evaluation

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

DATA = "d" * 64
MODEL = {f"{MODEL_FILES}model.json": b"{}"}
QUICK = {"resamples": 20, "workers": 1, "folds": 2}


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> tuple[ExperimentSession, str]:
    session = session_in(tmp_path_factory.mktemp("state"))
    return session, tuned_in(session, trials=3, study="autumn").run_id or ""


def study(minute: int = 0, score: float | None = 0.8, data: str = DATA, **changed: Any) -> Any:
    """A run as a study leaves it, without the work."""
    tags = {"kind": "study", "data_digest": data, "study": changed.pop("study", f"study {minute}")}
    metrics = {} if score is None else {"average_precision": score, "trials_complete": 7.0}
    facts = {"tags": tags, "metrics": metrics, "name": tags["study"]} | changed
    return run_in(TUNING, minute, **facts)


def kept(tracking: Tracking, run: TrackedRun) -> str:
    return tracking.log(run, MODEL)


def looked(minute: int, score: float, **tags: str) -> TrackedRun:
    """A run of any experiment whose model was scored on the test rows."""
    told = {"data_digest": DATA} | tags
    return run_in("any", minute, tags=told, metrics={"test_average_precision": score})


def test_the_run_the_study_the_experiment_and_no_name_mean_the_same(
    tuned: tuple[ExperimentSession, str],
) -> None:
    session, run_id = tuned
    for name in (run_id, "autumn", "tuning", ""):
        found = load_candidate(name, session.tracking)
        assert (found.facts.run_id, found.recorded.run_id) == (run_id, run_id)
        assert (found.trials, found.test_set_evaluations) == (3, 1)


def test_a_candidate_says_how_it_was_found(tuned: tuple[ExperimentSession, str]) -> None:
    session, run_id = tuned

    def named(name: str) -> str:
        return load_candidate(name, session.tracking).named

    assert named(run_id) == f"run {run_id[:8]} (autumn)"
    assert named("autumn") == "study autumn (its newest run)"
    assert named("tuning").startswith("the best of experiment tuning by average precision")
    assert named("") == "study autumn (the newest that came to its end)"


def test_a_candidate_says_where_it_comes_from(tuned: tuple[ExperimentSession, str]) -> None:
    found = load_candidate("", tuned[0].tracking)
    assert (found.facts.experiment, found.facts.name) == ("tuning", "autumn")
    assert found.facts.data_digest == found.recorded.data_digest
    assert found.facts.data == "creditcard"
    assert found.recorded.run.tags["code_digest"] == code_digest()
    assert found.recorded.model.algorithm == "logistic_regression"


def test_of_a_comparison_the_best_contender_is_meant(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    algorithms = ["logistic_regression", "random_forest"]
    comparison = compare_algorithms(session=session, algorithms=algorithms, **QUICK)
    best = comparison.best.spec.algorithm
    for name in ("comparisons", comparison.run_id or ""):
        found = load_candidate(name, session.tracking)
        assert found.recorded.model.algorithm == best
        # Each may have been tried in a dry run, which leaves no trace.
        assert (found.trials, found.test_set_evaluations) == (2, 2)


def test_a_contender_was_picked_from_all_of_its_comparison() -> None:
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


@pytest.mark.parametrize("name", ["tunin", "autum", "ffff", "run-99", 'it\'s "gone"', "%", "a/b"])
def test_a_name_that_nobody_knows_is_refused(
    name: str, tuned: tuple[ExperimentSession, str]
) -> None:
    with pytest.raises(NotFound, match=r"No run, study or experiment.*ceap runs.*Nothing was"):
        load_candidate(name, tuned[0].tracking)


def test_a_misspelt_name_is_guessed() -> None:
    tracking = FakeTracking()
    kept(tracking, study(study="creditcard-weekly"))
    with pytest.raises(NotFound, match="did you mean creditcard-weekly"):
        load_candidate("creditcard-wekly", tracking)


def test_before_anything_is_tuned_it_says_how() -> None:
    with pytest.raises(NotFound, match="ceap tune"):
        load_candidate("", FakeTracking())
    with pytest.raises(NotFound, match="ceap tune"):
        load_candidate("autumn", FakeTracking())


def test_a_run_that_runs_still_is_refused() -> None:
    tracking = FakeTracking()
    run_id = tracking.begin(study(study="autumn"))
    for name in (run_id, "autumn"):
        with pytest.raises(NoCandidate, match=r"still running. Wait for its end.*Nothing was"):
            load_candidate(name, tracking)
    with pytest.raises(NoCandidate, match="1 still run"):
        load_candidate("tuning", tracking)


def test_a_run_that_failed_is_refused() -> None:
    tracking = FakeTracking()
    run_id = kept(tracking, study(status="failed"))
    with pytest.raises(NoCandidate, match=r"failed. Name a run that finished.*Nothing was"):
        load_candidate(run_id, tracking)
    with pytest.raises(NoCandidate, match="1 failed"):
        load_candidate("tuning", tracking)


def test_a_run_without_metrics_is_refused() -> None:
    tracking = FakeTracking()
    run_id = kept(tracking, study(score=None))
    with pytest.raises(NoCandidate, match=r"has no metrics.*Nothing was"):
        load_candidate(run_id, tracking)
    with pytest.raises(NoCandidate, match="no other has both a model and an average_precision"):
        load_candidate("tuning", tracking)


def test_a_run_that_kept_no_model_is_refused(tuned: tuple[ExperimentSession, str]) -> None:
    session, run_id = tuned
    trial = session.tracking.children(run_id)[0]
    with pytest.raises(NoCandidate, match=f"kept no model. .*their study, run {run_id}"):
        load_candidate(trial.run_id, session.tracking)


def test_a_model_of_unknown_data_is_refused() -> None:
    tracking = FakeTracking()
    run = study()
    run_id = kept(tracking, run.model_copy(update={"tags": {"kind": "study"}}))
    with pytest.raises(NoCandidate, match="of which data"):
        load_candidate(run_id, tracking)


def test_the_best_of_an_experiment_was_picked_from_every_trial_there() -> None:
    tracking = FakeTracking()
    for minute in (1, 2, 3):
        kept(tracking, study(minute, minute / 10))
    assert (
        sum(run.metrics["trials_complete"] for run in resolve_run("tuning", tracking).among) == 21
    )


def test_every_model_that_was_scored_on_the_same_test_rows_is_a_look() -> None:
    tracking = FakeTracking()
    ids = [tracking.log(looked(n, n / 10), {}) for n in (1, 2, 3)]
    other = looked(4, 0.9, data_digest="e" * 64)
    tracking.log(other, {})
    tracking.log(run_in("any", 5, tags={"data_digest": DATA}, metrics={"roc_auc": 0.9}), {})
    assert count_test_set_evaluations(DATA, tracking.run(ids[0]), tracking) == 3


def test_a_model_that_nobody_scored_there_yet_is_the_next_look() -> None:
    tracking = FakeTracking()
    tracking.log(looked(1, 0.7), {})
    contender = tracking.log(study(2), {})
    assert count_test_set_evaluations(DATA, tracking.run(contender), tracking) == 2


def test_a_model_that_was_made_again_is_no_other_look() -> None:
    tracking = FakeTracking()
    first = tracking.log(looked(1, 0.7), {})
    tracking.log(looked(2, 0.7), {})
    tracking.log(looked(3, 0.71, promotion_id="promotion-1"), {})
    for minute in (4, 5):  # the same configuration, to another last digit
        tracking.log(looked(minute, 0.6 + minute / 1e9, config_digest="c"), {})
    assert count_test_set_evaluations(DATA, tracking.run(first), tracking) == 2


def test_a_study_that_goes_on_remembers_what_it_looked_at_before(tmp_path: Path) -> None:
    session = session_in(tmp_path)
    values = {"values": [1e-5, 1e-3, 0.1, 1, 10, 100]}
    grid = {"strategy": "grid", "search_space": {"logistic_regression": {"C": values}}}
    scores = {
        tuned_in(session, trials=trials, study="one", seed=5, **grid)
        .winner.test["average_precision"]
        .value
        for trials in (1, 3, 5)
    }
    assert len(scores) > 1
    found = load_candidate("one", session.tracking)
    assert len(session.tracking.find([TUNING], "tags.kind = 'study'")) == 1
    assert found.test_set_evaluations == len(scores)
    assert f"{TEST_EVALUATION}{found.recorded.run.metrics['test_average_precision']!r}" in (
        found.recorded.run.tags
    )


def test_in_mlflow_looks_are_counted_too(tmp_path: Path) -> None:
    tracking = MlflowTracking(mlflow_settings(tmp_path))
    earlier = {
        "data_digest": DATA,
        f"{TEST_EVALUATION}0.1": "trial 7",
        f"{TEST_EVALUATION}1e-05": "trial 9",
    }
    run_id = tracking.log(looked(1, 0.75, **earlier), {})
    tracking.log(looked(2, 0.0), {})
    tracking.log(looked(3, 0.8, data_digest="e" * 64), {})
    assert count_test_set_evaluations(DATA, tracking.run(run_id), tracking) == 4


def test_a_look_is_remembered_once(tuned: tuple[ExperimentSession, str]) -> None:
    session, run_id = tuned
    candidate = load_candidate(run_id, session.tracking)
    found = scored_again(candidate, rows_of_test(candidate, session))
    tracking = FakeTracking()
    contender = tracking.log(study(1), {})
    assert count_test_set_evaluations(DATA, tracking.run(contender), tracking) == 1
    record_test_evaluation(tracking.run(contender), found, tracking)
    said = tracking.run(contender).metrics
    assert said["test_average_precision"] == found["average_precision"].value
    second = tracking.log(study(2), {})
    assert count_test_set_evaluations(DATA, tracking.run(second), tracking) == 2
    before = dict(said)
    record_test_evaluation(tracking.run(contender), {}, tracking)
    assert tracking.run(contender).metrics == before
