"""A candidate is loaded by any name of its run, with how many models it was chosen from."""

from pathlib import Path

import pytest

from catalog.recorded_runs import TEST_EVALUATION, TUNING
from experiments.compare import compare_algorithms
from experiments.session import ExperimentSession
from fakes.ports.tracking import FakeTracking
from fakes.promotions.recorded_candidates import kept, study
from fakes.studies.tuning import session_in, tuned_in
from foundation.errors import NotFound
from foundation.sources import code_digest
from promotion.candidates.candidate import NoCandidate, load_candidate

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

QUICK = {"resamples": 20, "workers": 1, "folds": 2}


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> tuple[ExperimentSession, str]:
    session = session_in(tmp_path_factory.mktemp("state"))
    return session, tuned_in(session, trials=3, study="autumn").run_id or ""


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
