"""With the best few trials a blend of the best of each algorithm is judged, on the same rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from experiments.evaluation.cross_validation import OutOfFoldScores
from experiments.feature_sets import PLAIN_SET
from experiments.search.trials import FinishedTrial
from experiments.session import ExperimentSession, write_stage_output
from experiments.tuning.confirmation import Confirmation, Confirmed, Finalist, finalists
from experiments.tuning.params import TuneParams
from experiments.tuning.result import TuningResult
from fakes.data.labelled_rows import fake_rows
from fakes.studies.studies import suggestion
from fakes.studies.tuning import session_in, tuned_in
from fraud.algorithms import algorithm_named
from fraud.metrics.estimates import Estimate
from fraud.metrics.evaluation import EvaluationRows
from fraud.significance.paired_comparison import PairedComparison


def finished(slot: int, algorithm: str, **hyperparameters: Any) -> FinishedTrial:
    return FinishedTrial(suggestion(slot, algorithm, **hyperparameters), "complete", (0.5,), 1.0)


def confirmed(finalist: Finalist, score: float, p_value: float = 1.0) -> Confirmed:
    """What came of a contender, and how surely the best is better."""
    nothing = np.empty(0)
    return Confirmed(
        finalist,
        OutOfFoldScores(nothing, nothing.astype(bool)),
        {"average_precision": Estimate(score, score, score)},
        PairedComparison("average_precision", Estimate(0.0, 0.0, 0.0), p_value, 0.0),
    )


ROWS = EvaluationRows.of(fake_rows(1, 20))
PARAMS = TuneParams(confirm=2, calibration="isotonic", imbalance="none", seed=5)
FOUR = [
    finished(7, "xgboost", max_depth=3),
    finished(2, "xgboost", max_depth=4),
    finished(9, "lightgbm", num_leaves=9),
    finished(1, "random_forest", max_depth=5),
]


def names(completed: Sequence[FinishedTrial], params: TuneParams = PARAMS) -> list[str]:
    return [each.name for each in finalists(completed, params, PLAIN_SET)]


def test_the_blend_is_of_the_best_of_each_of_its_algorithms() -> None:
    *best, blend = finalists(FOUR, PARAMS, PLAIN_SET)
    assert [each.trials for each in best] == [(FOUR[0],), (FOUR[1],)]
    assert blend.trials == (FOUR[0], FOUR[2])
    whole = algorithm_named("blend").checked(blend.spec.hyperparameters).model_dump()
    assert whole["xgboost_max_depth"] == 3
    assert whole["lightgbm_num_leaves"] == 9
    defaults = algorithm_named("neural_network").checked({}).model_dump()
    own = {f"neural_network_{name}": value for name, value in defaults.items()}
    assert own.items() <= whole.items()


def test_all_are_made_alike() -> None:
    made = {
        (each.spec.recipe.calibration, each.spec.recipe.imbalance, each.spec.seed)
        for each in finalists(FOUR, PARAMS, PLAIN_SET)
    }
    assert made == {("isotonic", "none", 5)}


def test_they_are_told_apart_by_name() -> None:
    assert names(FOUR) == ["trial 7 (xgboost)", "trial 2 (xgboost)", "blend of trials 7 and 9"]
    assert names(FOUR[2:]) == ["trial 9 (lightgbm)", "trial 1 (random_forest)", "blend of trial 9"]


def test_a_blend_that_was_searched_is_a_trial_like_others() -> None:
    [only] = finalists([finished(3, "blend")], PARAMS, PLAIN_SET)
    assert (only.name, only.search_score) == ("trial 3 (blend)", 0.5)


def test_no_member_or_no_wish_no_blend() -> None:
    assert names(FOUR[3:]) == ["trial 1 (random_forest)"]
    assert len(names(FOUR, PARAMS.model_copy(update={"blend": False}))) == 2
    assert names([]) == []


@pytest.mark.parametrize(
    ("scores", "p_value", "winner"),
    [
        ([0.90, 0.80, 0.70], 0.04, "trial 7 (xgboost)"),
        ([0.90, 0.80, 0.89], 0.06, "blend of trials 7 and 9"),
        ([0.80, 0.70, 0.90], 1.0, "blend of trials 7 and 9"),
    ],
)
def test_the_blend_wins_unless_a_trial_is_better_beyond_chance(
    scores: list[float], p_value: float, winner: str
) -> None:
    best, second, blend = finalists(FOUR, PARAMS, PLAIN_SET)
    found = [confirmed(best, scores[0]), confirmed(second, scores[1], 0.01)]
    found.append(confirmed(blend, scores[2], p_value))
    confirmation = Confirmation(ROWS, sorted(found, key=lambda each: -each.score))
    assert confirmation.winner.name == winner
    assert confirmation.best.score == max(scores)


def test_without_a_blend_the_best_wins_however_near_the_others_are() -> None:
    best, second = finalists(FOUR, PARAMS.model_copy(update={"blend": False}), PLAIN_SET)
    assert (
        Confirmation(ROWS, [confirmed(second, 0.9), confirmed(best, 0.9)]).winner.finalist is second
    )


def test_the_winner_is_the_best_on_the_fresh_folds(
    tuned: tuple[TuningResult, ExperimentSession],
) -> None:
    confirmed = tuned[0].confirmation.confirmed
    assert len(confirmed) == 2
    assert confirmed[0].score == max(each.score for each in confirmed)
    searched = sorted((trial.value or 0.0 for trial in tuned[0].trials), reverse=True)
    assert {each.finalist.search_score for each in confirmed} == set(searched[:2])


def test_confirmation_judges_every_development_row_on_other_folds(
    tuned: tuple[TuningResult, ExperimentSession],
) -> None:
    result = tuned[0]
    rows = result.development
    assert len(result.confirmation.rows.labels) == len(rows.train.labels) + len(
        rows.validation.labels
    )


@pytest.fixture(scope="module")
def few_rounds() -> dict[str, Any]:
    rounds = {"n_estimators": {"values": [20]}, "max_depth": [2, 4]}
    return {"algorithms": ["xgboost"], "trials": 2, "search_space": {"xgboost": rounds}}


def test_a_blend_is_judged_recorded_and_made_like_any_other(
    few_rounds: dict[str, Any], tmp_path: Any
) -> None:
    session = session_in(tmp_path)
    result = tuned_in(session, **few_rounds)
    judged = {each.name: each for each in result.confirmation.confirmed}
    [name] = [name for name in judged if name.startswith("blend")]
    blend = judged[name]
    assert len(judged) == 3
    assert blend.out_of_fold.scores.shape == result.confirmation.rows.labels.shape
    assert np.isfinite(blend.out_of_fold.scores).all()
    table = {row["algorithm"]: row for row in result.confirmation_table().to_dicts()}
    assert table["blend"]["in the search"] is None
    assert name.endswith(table["blend"]["trial"])
    assert result.winner.spec.algorithm == result.confirmation.winner.spec.algorithm
    output, run = write_stage_output(result, session), session.tracking.run(result.run_id or "")
    assert (output.search_score is None) == (output.algorithm == "blend")
    assert ("search_average_precision" in run.metrics) == (output.algorithm != "blend")
    assert output.verdict.startswith(result.confirmation.winner.name)
    assert set(result.optuna_plots()) >= {"slice", "parallel_coordinate"}
