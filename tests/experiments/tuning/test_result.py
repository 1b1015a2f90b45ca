"""What a search found reads as tables and a verdict."""

from dataclasses import replace

from experiments.session import ExperimentSession
from experiments.tuning.result import TuningResult
from fraud.metrics.formatting import interval
from fraud.metrics.names import metric_name

Tuned = tuple[TuningResult, ExperimentSession]


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
