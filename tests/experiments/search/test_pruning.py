"""A trial is pruned by what completed trials of earlier batches reached at the same step."""

from experiments.search.opening import open_study
from experiments.search.trials import Outcome
from fakes.studies.studies import study_request


def test_a_trial_is_judged_by_earlier_batches_alone(tmp_path) -> None:
    """In the first batch nothing is pruned, however bad; later the same values are."""
    study = open_study(study_request(trials=16, batch_size=8, prune_below=50), tmp_path / "j")
    answers = []

    def objective(suggestion, report):
        value = float(suggestion.slot % 8)
        answers.append(report(0, value))
        return Outcome(value)

    study.work(objective)
    assert answers == [False] * 8 + [True] * 4 + [False] * 4
    assert [trial.steps for trial in study.trials()] == [{0: float(n % 8)} for n in range(16)]


def test_without_a_share_to_prune_nothing_is_hopeless(tmp_path) -> None:
    study = open_study(study_request(trials=8, batch_size=4, prune_below=None), tmp_path / "j")
    answers = []

    def objective(suggestion, report):
        answers.append(report(0, -float(suggestion.slot)))
        return Outcome(0.0)

    study.work(objective)
    assert answers == [False] * 8
