"""What a search found reads as tables and a verdict."""

from dataclasses import replace

from experiments.session import ExperimentSession
from experiments.tuning.result import TuningResult
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name

Tuned = tuple[TuningResult, ExperimentSession]


def test_the_verdict_names_the_winner_its_scores_and_the_test_rows(tuned: Tuned) -> None:
    result = tuned[0]
    verdict, labels = result.verdict(), result.winner.test_set.labels
    assert verdict.startswith(result.confirmation.winner.name)
    assert "the best of 2 there" in verdict
    assert f"On the {len(labels)} test rows, {labels.sum()} of them fraud" in verdict
    assert "{" not in verdict


def test_trials_are_listed_best_first_and_those_that_were_pruned_last(tuned: Tuned) -> None:
    first, *others = tuned[0].trials
    pruned = replace(first, state="pruned", folds=(1.0,))
    table = replace(tuned[0], trials=[pruned, *others]).trial_table()
    best_first = sorted(others, key=lambda trial: -(trial.value or 0.0))
    assert table["trial"].to_list() == [*(trial.slot for trial in best_first), first.slot]
    assert table["folds"].to_list() == [2, 2, 2, 2, 1]
    assert all(words.startswith("C ") for words in table["tried"])


def test_the_confirmed_are_listed_with_their_scores_in_the_search_and_on_fresh_folds(
    tuned: Tuned,
) -> None:
    table, confirmed = tuned[0].confirmation_table(), tuned[0].confirmation.confirmed
    assert table["trial"].to_list() == [str(each.finalist.trials[0].slot) for each in confirmed]
    assert table["on fresh folds"][0].startswith(f"{confirmed[0].score:.3f}")
    assert table["like the best"][0] == "best"


def test_the_test_metrics_are_listed_with_their_intervals(tuned: Tuned) -> None:
    table, test = tuned[0].test_table(), tuned[0].winner.test
    words = dict(table.iter_rows())
    assert [*words] == [metric_name(metric) for metric in test]
    assert words[metric_name("recall")] == interval(test["recall"])


def test_a_threshold_that_flags_most_rows_is_doubted(tuned: Tuned) -> None:
    result = tuned[0]
    assert "Doubtful" not in result.verdict()
    everything = replace(result, winner=replace(result.winner, threshold=0.0))
    doubt = "Doubtful: at its threshold, 100% of the test rows are flagged."
    assert f"{doubt} Is review_cost, 10, in the unit of the amounts" in everything.verdict()
