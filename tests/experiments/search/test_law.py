"""A study gives one sequence of trials and one winner, whoever works on it or is killed."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.search.study import Study
from fakes.studies.studies import FakeFits, FakeRecord, law, run_study, study_request

STRATEGIES = ("bayesian", "random", "grid")


@pytest.fixture(scope="module")
def expected():
    """What a study gives on one worker when nothing happens, found once for each request."""
    known = {}

    def expect(**asked):
        key = str(sorted(asked.items()))
        if key not in known:
            known[key] = law(run_study(study_request(**asked)).trials())
        return known[key]

    return expect


@settings(max_examples=25)
@given(
    strategy=st.sampled_from(STRATEGIES),
    width=st.integers(1, 9),
    order=st.integers(0, 2**31),
    prune_below=st.sampled_from([None, 40]),
)
def test_workers_and_who_is_quicker_change_nothing(
    strategy, width, order, prune_below, expected
) -> None:
    asked = {"strategy": strategy, "prune_below": prune_below}
    study = run_study(study_request(**asked), FakeFits(width=width, chance=random.Random(order)))
    assert law(study.trials()) == expected(**asked)
    assert len(study.trials()) == study.request.slots


@settings(max_examples=25)
@given(
    strategy=st.sampled_from(STRATEGIES),
    stops=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5)), max_size=5),
    prune_below=st.sampled_from([None, 40]),
)
def test_interruptions_change_nothing_and_no_fit_is_made_twice(
    strategy, stops, prune_below, expected
) -> None:
    asked = {"strategy": strategy, "prune_below": prune_below}
    request, record = study_request(**asked), FakeRecord()
    for stop_after, width in stops:
        known = {(slot, fold) for slot, folds in record.kept.items() for fold in folds}
        fits = FakeFits(stop_after=stop_after, width=width, chance=random.Random(stop_after))
        try:
            Study(request, record).run(fits)
        except KeyboardInterrupt:
            assert not known & set(fits.submitted)
    study = Study(request, record)
    study.run(FakeFits())
    assert law(study.trials()) == expected(**asked)


def test_a_second_run_of_a_finished_study_fits_nothing() -> None:
    record = FakeRecord()
    Study(study_request(), record).run(FakeFits())
    again, finished = FakeFits(), []
    study = Study(study_request(), record)
    study.run(again, on_finished=finished.append)
    assert again.submitted == []
    assert finished == study.trials()


def test_more_trials_begin_with_the_same_ones(expected) -> None:
    record = FakeRecord()
    for trials in (6, 13, 20):
        study = Study(study_request(trials=trials), record)
        study.run(FakeFits(width=2))
        assert len(study.trials()) == trials
    assert law(study.trials()) == expected(trials=20)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_another_seed_gives_another_study(strategy, expected) -> None:
    assert expected(strategy=strategy) != expected(strategy=strategy, seed=8)
