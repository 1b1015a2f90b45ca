"""Tuning finds, confirms, chooses and records one winner; the test split decides nothing."""

import json
from typing import Any

import numpy as np
import pytest

from experiments.feature_sets import PLAIN_SET
from experiments.progress import Interrupted
from experiments.session import ExperimentSession
from experiments.tune import write_stage_output
from experiments.tuning.params import TuneParams
from experiments.tuning.result import TuningResult
from experiments.tuning.run import run_search
from fakes.tracking import FakeTracking
from fakes.tuning import ASKED, search_in, session_in, tuned_in
from foundation.errors import InvalidParams
from fraud.metrics.thresholds import lowest_cost


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[TuningResult, ExperimentSession]:
    session = session_in(tmp_path_factory.mktemp("state"))
    return tuned_in(session), session


def test_the_winner_is_the_best_on_the_fresh_folds(
    found: tuple[TuningResult, ExperimentSession],
) -> None:
    confirmed = found[0].confirmation.confirmed
    assert len(confirmed) == 2
    assert confirmed[0].score == max(each.score for each in confirmed)
    searched = sorted((trial.value or 0.0 for trial in found[0].trials), reverse=True)
    assert {each.finalist.search_score for each in confirmed} == set(searched[:2])


def test_confirmation_judges_every_development_row_on_other_folds(
    found: tuple[TuningResult, ExperimentSession],
) -> None:
    result = found[0]
    rows = result.development
    assert len(result.confirmation.rows.labels) == len(rows.train.labels) + len(
        rows.validation.labels
    )


def test_the_threshold_is_what_the_rule_chooses_on_rows_the_models_never_saw(
    found: tuple[TuningResult, ExperimentSession],
) -> None:
    result = found[0]
    rows, scores = result.confirmation.rows, result.winner.out_of_fold_scores
    assert len(scores) == len(rows.labels)
    expected = lowest_cost(rows.labels, scores, rows.amounts, result.params.costs)
    assert result.winner.threshold == expected
    assert result.winner.model.threshold == expected


def test_the_same_request_gives_the_same_winner_to_the_last_digit(
    found: tuple[TuningResult, ExperimentSession], tmp_path: Any
) -> None:
    again = tuned_in(session_in(tmp_path))
    first = found[0]
    assert again.hyperparameters() == first.hyperparameters()
    assert again.winner.threshold == first.winner.threshold
    assert [t.value for t in again.trials] == [t.value for t in first.trials]


def test_a_search_that_was_stopped_goes_on_and_finds_the_same(
    found: tuple[TuningResult, ExperimentSession], tmp_path: Any
) -> None:
    session = session_in(tmp_path)
    params = TuneParams(**ASKED)

    def stop_at_three(done: int, of: int, last: str) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="finished trials are kept in study"):
        run_search(params, PLAIN_SET, session, stop_at_three, search_in(session))
    whole = run_search(params, PLAIN_SET, session, lambda *_: None, search_in(session))
    assert whole.hyperparameters() == found[0].hyperparameters()
    assert [t.value for t in whole.trials] == [t.value for t in found[0].trials]


def test_every_trial_is_a_child_of_the_study_with_its_parameters(
    found: tuple[TuningResult, ExperimentSession],
) -> None:
    result, session = found
    children = session.tracking.children(result.run_id or "")
    assert {run.tags["trial"] for run in children} == {"0", "1", "2", "3", "4"}
    values = {int(run.tags["trial"]): run.metrics["average_precision"] for run in children}
    assert values == {trial.slot: trial.value for trial in result.trials}
    assert all(run.params["C"] for run in children)


def test_the_run_of_the_study_holds_the_winner_its_curves_and_its_model(
    found: tuple[TuningResult, ExperimentSession],
) -> None:
    result, session = found
    run = session.tracking.run(result.run_id or "")
    names = session.tracking.artifact_names(run.run_id)
    assert {"curves.json", "test_curves.json", "trials.csv", "model/MLmodel"} <= set(names)
    assert run.metrics["decision_threshold"] == result.winner.threshold
    assert run.metrics["test_average_precision"] == result.winner.test["average_precision"].value
    assert run.tags["kind"] == "study"
    assert json.loads(session.tracking.read_artifact(run.run_id, "curves.json"))["roc"]


def test_a_tracking_server_that_is_down_costs_nothing_but_the_run_id(tmp_path: Any) -> None:
    down = FakeTracking(down=True)
    session = session_in(tmp_path, down)
    result = tuned_in(session)
    assert result.run_id is None
    assert result.tracking_problem
    down.down = False
    assert session.recorder.send_unsent().sent
    parents = [run for run in down.find(None) if run.parent_run_id is None]
    assert [run.status for run in parents] == ["finished"]
    assert len(down.children(parents[0].run_id)) == 5


def test_the_test_split_is_scored_by_the_winner_alone(
    found: tuple[TuningResult, ExperimentSession],
) -> None:
    result, session = found
    won = result.winner
    assert len(won.test_scores) == result.development.manifest.splits["test"].rows
    output = write_stage_output(result, session)
    assert output.test["roc_auc"] == won.test["roc_auc"]
    assert output.decision_threshold == won.threshold


def test_every_picture_can_be_drawn(found: tuple[TuningResult, ExperimentSession]) -> None:
    from plots.layout.canvas import png

    assert {"search", "confirmation", "threshold", "calibration_before_after"} <= found[
        0
    ].plots.keys()
    assert all(png(figure).startswith(b"\x89PNG") for figure in found[0].plots.values())
    assert found[0].optuna_plots().keys() >= {"parallel_coordinate", "slice"}


@pytest.mark.parametrize("rule", ["f1", "cost", "capacity", "precision"])
def test_each_rule_gives_a_threshold(
    found: tuple[TuningResult, ExperimentSession], rule: str
) -> None:
    from experiments.tuning.winner import chosen_threshold

    asked = {"threshold_rule": rule, "alerts_per_day": 30, "target_precision": 0.6}
    params = TuneParams(**{**ASKED, **asked})
    rows, scores = found[0].confirmation.rows, found[0].winner.out_of_fold_scores
    threshold = chosen_threshold(rows, scores, params)
    flagged = scores >= threshold
    assert flagged.any()
    if rule == "capacity":
        assert flagged.sum() <= 30 * len(np.unique(rows.days))
    if rule == "precision":
        assert rows.labels[flagged].mean() >= 0.6


def test_a_search_space_wider_than_production_accepts_is_refused_when_loaded() -> None:
    with pytest.raises(InvalidParams, match="max_depth"):
        TuneParams(algorithms=["xgboost"], search_space={"xgboost": {"max_depth": [3, 99]}})


def test_a_search_needs_an_end() -> None:
    with pytest.raises(ValueError, match="trials, seconds, or both"):
        TuneParams(trials=0, seconds=0)


def test_a_study_of_that_name_that_was_asked_for_something_else_is_refused(
    tmp_path: Any,
) -> None:
    session = session_in(tmp_path)
    tuned_in(session, study="mine", trials=2)
    with pytest.raises(InvalidParams, match="folds is 2 in the study, not 3"):
        tuned_in(session, study="mine", trials=2, folds=3)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgresql://ann:secret@db/studies", "leave the password out"),
        ("mysql://db/studies", "storage"),
        ("sqlite:///studies.db", "storage"),
    ],
)
def test_a_storage_is_postgresql_and_its_url_holds_no_password(url: str, why: str) -> None:
    with pytest.raises(InvalidParams, match=why) as refused:
        TuneParams.checked({"storage": url}, source="params")
    assert "secret" not in str(refused.value)


def test_a_database_is_where_the_study_is_when_one_is_named() -> None:
    from experiments.tuning.storage import study_place
    from fakes.settings import fake_settings

    url = "postgresql://ann@db/studies"
    assert study_place(TuneParams(storage=url), fake_settings()) == url


def test_the_verdict_names_the_winner_its_scores_and_the_test_rows(
    found: tuple[TuningResult, ExperimentSession],
) -> None:
    result = found[0]
    said, labels = result.verdict(), result.winner.test_set.labels
    assert said.startswith(result.confirmation.winner.name)
    assert "the best of 2 there" in said
    assert f"On the {len(labels)} test rows, {labels.sum()} of them fraud" in said
    assert "{" not in said
