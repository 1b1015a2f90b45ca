"""A request decides the seed of each trial, how many there are, and what may be resumed."""

import pytest

from experiments.search.request import derived_seed, require_same_study
from fakes.studies.studies import study_request
from foundation.errors import InvalidParams


def test_every_trial_has_a_seed_of_its_own() -> None:
    seeds = [study_request().trial_seed(slot) for slot in range(1000)]
    assert len(set(seeds)) == 1000
    assert max(seeds) < 2**31
    assert seeds != [study_request(seed=8).trial_seed(slot) for slot in range(1000)]


def test_a_derived_seed_is_the_same_for_ever() -> None:
    assert derived_seed(7, "trial", 0) == 191643122


def test_a_grid_makes_no_more_trials_than_it_has_combinations() -> None:
    assert study_request(strategy="grid", trials=None).slots == 18
    assert study_request(strategy="grid", trials=5).slots == 5
    assert study_request(strategy="grid", trials=99).slots == 18
    assert study_request(strategy="random", trials=99).slots == 99
    assert study_request(strategy="random", trials=None).slots is None


def test_a_study_may_be_resumed_with_another_budget_and_nothing_else() -> None:
    kept = study_request(facts={"folds": 3}).facts_to_keep()
    require_same_study(kept, study_request(facts={"folds": 3}, trials=99).facts_to_keep(), "hill")
    with pytest.raises(InvalidParams) as refused:
        require_same_study(kept, kept | {"optuna": "0.1", "facts": {"folds": 5}}, "hill")
    assert refused.value.problems == [
        "facts.folds is 3 in the study, not 5",
        f"optuna is {kept['optuna']!r} in the study, not '0.1'",
    ]
