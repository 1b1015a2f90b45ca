"""A trial is pruned by what completed trials of earlier batches reached at the same fold."""

from experiments.search.pruning import Pruner
from experiments.search.sampling import study_in_memory
from experiments.search.trials import FinishedTrial
from fakes.studies.studies import FakeFits, run_study, scored, study_request, suggestion


def test_a_trial_is_judged_by_earlier_batches_alone() -> None:
    """In the first batch nothing is pruned, however bad; later the same values are."""
    values = [float(slot % 8) for slot in range(16)]
    request = study_request(trials=16, batch_size=8, prune_below=50)
    study = run_study(request, FakeFits(scored(values)))
    pruned = [trial.state == "pruned" for trial in study.trials()]
    assert pruned == [False] * 8 + [True] * 4 + [False] * 4
    assert {trial.folds for trial in study.trials()[8:12]} == {(0.0,), (1.0,), (2.0,), (3.0,)}


def test_without_a_share_to_prune_nothing_is_hopeless() -> None:
    request = study_request(trials=16, batch_size=8, prune_below=None)
    study = run_study(request, FakeFits(scored([float(-slot) for slot in range(16)])))
    assert {trial.state for trial in study.trials()} == {"complete"}


def test_folds_are_compared_by_their_mean_so_far() -> None:
    earlier = study_in_memory(
        [FinishedTrial(suggestion(n), "complete", (0.4, 0.6), 1.0) for n in range(5)]
    )
    pruner = Pruner(50.0, earlier)
    assert not pruner.is_hopeless([0.4])
    assert pruner.is_hopeless([0.3])
    assert not pruner.is_hopeless([0.3, 0.7])
    assert pruner.is_hopeless([0.4, 0.5])
