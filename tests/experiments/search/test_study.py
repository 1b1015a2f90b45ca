"""A study keeps what each trial gave, knows the best, and ends when it should."""

from experiments.search.study import Study
from experiments.search.trials import FoldScore, Suggestion
from fakes.studies.studies import FakeFits, FakeRecord, run_study, scored, study_request


def test_a_trial_is_fitted_with_what_production_accepts_and_the_study_keeps_it() -> None:
    seen: dict[int, Suggestion] = {}

    def look(of: Suggestion, _: int) -> FoldScore:
        seen[of.slot] = of
        return FoldScore(0.5, 1.0)

    study = run_study(study_request(trials=6), FakeFits(look))
    assert {trial.slot: trial.suggestion for trial in study.trials()} == seen
    assert list(seen) == list(range(6))
    for trial in study.trials():
        assert study.request.search_space.chosen(trial.suggestion.drawn.parameters) == (
            trial.algorithm, trial.hyperparameters,
        )  # fmt: skip
        assert (trial.value, trial.seconds) == (0.5, 3.0)


def test_the_best_are_the_highest_and_of_equals_the_earliest() -> None:
    values = [-(slot // 2 % 3) for slot in range(8)]
    study = run_study(study_request(trials=8), FakeFits(scored(values)))
    assert [trial.slot for trial in study.completed()[:5]] == [0, 1, 6, 7, 2]


def test_neither_a_pruned_nor_a_failed_trial_is_the_best() -> None:
    def score(of: Suggestion, fold: int) -> FoldScore:
        if of.slot == 9:
            return FoldScore(None, 0.0, "no")
        return FoldScore(1.0 if of.slot < 8 else 0.5 if fold == 1 else 9.0, 1.0)

    study = run_study(study_request(trials=12, prune_below=50), FakeFits(score))
    states = [trial.state for trial in study.trials()]
    assert states == ["complete"] * 8 + ["pruned", "failed", "pruned", "pruned"]
    assert [trial.slot for trial in study.completed()] == list(range(8))
    failed = study.trials()[9]
    assert (failed.value, failed.folds, failed.reason) == (None, (), "no")
    assert study.trials()[8].folds == (0.5,)
    progress = study.progress()
    assert (progress.finished, progress.slots, progress.best) == (12, 12, study.trials()[0])


def test_no_fit_begins_when_the_time_is_over_and_what_is_known_is_kept() -> None:
    record, left = FakeRecord(), [8]

    def may_go_on() -> bool:
        left[0] -= 1
        return left[0] >= 0

    study = Study(study_request(trials=None), record)
    study.run(FakeFits(width=2), may_go_on=may_go_on)
    assert sum(map(len, record.kept.values())) == 8  # of four trials: two or more are unfinished
    assert 1 <= len(study.trials()) < 4


def test_a_worker_that_would_wait_for_the_last_trial_of_a_batch_fits_its_next_fold() -> None:
    fits = FakeFits(width=3)
    run_study(study_request(trials=1), fits)
    assert fits.submitted == [(0, 1), (0, 2), (0, 3)]


def test_the_folds_that_are_needed_for_certain_come_first() -> None:
    fits = FakeFits(width=2)
    run_study(study_request(trials=2), fits)
    assert fits.submitted[:2] == [(0, 1), (1, 1)]


def test_a_grid_ends_by_itself() -> None:
    study = run_study(study_request(trials=None, strategy="grid"))
    assert len(study.trials()) == study.progress().slots == 18


def test_the_progress_is_reported_with_the_best_so_far() -> None:
    reported: list[tuple[int, int, str]] = []
    study = run_study(study_request(trials=2), FakeFits(scored([0.25, 0.75])))
    study.progress().report(lambda *state: reported.append(state))
    assert reported == [(2, 2, "best 0.7500")]
