"""The verdict of a search has what is doubtful of the winner, and what its seconds cut short."""

from dataclasses import replace

import pytest

from experiments.session import ExperimentSession
from experiments.tuning.result import TuningResult

Tuned = tuple[TuningResult, ExperimentSession]


def test_the_verdict_names_the_winner_its_scores_and_the_test_rows(tuned: Tuned) -> None:
    result = tuned[0]
    verdict, labels = result.verdict(), result.winner.test_set.labels
    assert verdict.startswith(result.confirmation.winner.name)
    assert "the best of 2 there" in verdict
    assert f"On the {len(labels)} test rows, {labels.sum()} of them fraud" in verdict
    assert "{" not in verdict


def test_a_threshold_that_flags_most_rows_is_doubted(tuned: Tuned) -> None:
    result = tuned[0]
    assert "Doubtful" not in result.verdict()
    everything = replace(result, winner=replace(result.winner, threshold=0.0))
    doubt = "Doubtful: at its threshold, 100% of the test rows are flagged."
    assert f"{doubt} Is review_cost, 10, in the unit of the amounts" in everything.verdict()


@pytest.mark.parametrize(
    ("seconds", "took", "is_said"), [(100, 109, False), (100, 129, True), (0, 999, False)]
)
def test_a_search_that_took_longer_than_asked_for_says_so_with_what_it_took(
    seconds: int, took: float, is_said: bool, tuned: Tuned
) -> None:
    params = tuned[0].params.model_copy(update={"seconds": seconds})
    text = replace(tuned[0], params=params, took=took).verdict()
    assert (f"It took {took} s instead of {seconds}: " in text) == is_said
