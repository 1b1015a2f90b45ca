"""A study is created once, and resumed as the one that it was."""

import threading

import pytest

from experiments.search.opening import open_study, resume_study
from experiments.search.space import SearchSpace
from fakes.studies.objective import quick
from fakes.studies.studies import SPACE, law, study_request
from foundation.errors import InvalidParams, NotFound


def test_a_study_that_is_resumed_as_another_is_refused_with_each_difference(where, name) -> None:
    request = study_request(name=name, facts={"folds": 3, "features": {"log_amount": True}})
    open_study(request, where)
    changed = {
        "seed": 8,
        "data_digest": "e" * 64,
        "facts": {"folds": 5, "features": {"log_amount": False}, "more": 1},
        "search_space": SearchSpace.over(SPACE.algorithms, {"xgboost": {"max_depth": [3, 12]}}),
        "trials": 99,
    }
    with pytest.raises(InvalidParams, match="give another name") as refused:
        open_study(request.model_copy(update=changed), where)
    problems = refused.value.problems
    assert "seed is 7 in the study, not 8" in problems
    assert f"data_digest is {'d' * 64!r} in the study, not {'e' * 64!r}" in problems
    assert "facts.folds is 3 in the study, not 5" in problems
    assert "facts.features.log_amount is True in the study, not False" in problems
    assert "facts.more is None in the study, not 1" in problems
    assert "search_space.ranges.xgboost.max_depth.high is 10 in the study, not 12" in problems
    assert not any(problem.startswith("trials") for problem in problems)
    open_study(request, where)


def test_a_worker_opens_a_study_by_its_name(where, name) -> None:
    request = study_request(name=name, facts={"folds": 3}, prune_below=25)
    open_study(request, where)
    open_study(request.model_copy(update={"trials": 30}), where)
    assert resume_study(name, where).request == request.model_copy(update={"trials": 30})


def test_a_study_that_is_not_there_cannot_be_opened_by_name(where, name) -> None:
    with pytest.raises(NotFound, match=f"no study {name}"):
        resume_study(name, where)


def in_threads(works) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_workers_that_open_a_new_study_together_open_one(where, name) -> None:
    start, opened = threading.Barrier(4), []

    def open_at_once() -> None:
        start.wait()
        opened.append(open_study(study_request(name=name, trials=2), where))

    in_threads([open_at_once] * 4)
    opened[0].work(quick)
    assert [law(study.trials()) for study in opened] == [law(opened[0].trials())] * 4
    assert len(opened[3].trials()) == 2
