"""The winner is bagged, and its threshold is chosen on rows that its models never saw."""

import numpy as np
import pytest

from experiments.session import ExperimentSession
from experiments.tuning.params import TuneParams
from experiments.tuning.result import TuningResult
from experiments.tuning.winner import chosen_threshold, final_spec
from fakes.data.labelled_rows import fake_rows
from foundation.errors import InvalidData
from fraud.metrics.evaluation import EvaluationRows
from fraud.metrics.thresholds import lowest_cost

SAMPLE = fake_rows(1, 600)
ROWS = EvaluationRows.of(SAMPLE)
SCORES = 1 / (1 + np.exp(3 - SAMPLE.rows[:, 0]))  # V1 is higher where there is fraud
Tuned = tuple[TuningResult, ExperimentSession]


@pytest.mark.parametrize("rule", ["f1", "cost", "capacity", "precision"])
def test_each_rule_gives_a_threshold(rule: str) -> None:
    params = TuneParams(threshold_rule=rule, alerts_per_day=9, target_precision=0.6)
    flagged = chosen_threshold(ROWS, SCORES, params) <= SCORES
    assert flagged.any()
    if rule == "capacity":
        assert flagged.sum() <= 9 * len(np.unique(ROWS.days))
    if rule == "precision":
        assert ROWS.labels[flagged].mean() >= 0.6


def test_a_precision_that_no_threshold_reaches_is_refused() -> None:
    params = TuneParams(threshold_rule="precision", target_precision=1.0)
    with pytest.raises(InvalidData):
        chosen_threshold(ROWS, 1 - SCORES, params)


def test_the_threshold_is_what_the_rule_chooses_on_rows_the_models_never_saw(tuned: Tuned) -> None:
    result = tuned[0]
    rows, scores = result.confirmation.rows, result.winner.out_of_fold_scores
    assert len(scores) == len(rows.labels)
    expected = lowest_cost(rows.labels, scores, rows.amounts, result.params.costs)
    assert result.winner.threshold == expected
    assert result.winner.model.threshold == expected


def test_the_winner_is_the_confirmed_model_but_bagged(tuned: Tuned) -> None:
    result = tuned[0]
    spec, confirmed = (
        final_spec(result.confirmation, result.params.bags),
        result.confirmation.winner.spec,
    )
    assert (spec.recipe.bags, confirmed.recipe.bags) == (result.params.bags, 1)
    one_bag = spec.recipe.model_copy(update={"bags": 1})
    assert spec.model_copy(update={"recipe": one_bag}) == confirmed
    assert result.winner.spec == spec


def test_the_test_split_is_scored_by_the_winner_alone(tuned: Tuned) -> None:
    result, won = tuned[0], tuned[0].winner
    rows = result.development.manifest.splits["test"].rows
    assert len(won.test_scores) == len(won.test_set.labels) == rows
    assert won.test == won.test_set.evaluate(won.test_scores, won.threshold)
