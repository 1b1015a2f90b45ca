"""Sampling: the parameters of a batch, as a pure function of the request and earlier batches.

Optuna's samplers learn from whatever has finished when they are asked, so that two workers get a
different study each time. Here nothing that happens while a batch runs can matter: its trials are
drawn all at once, from the results of the batches before it, by a sampler with a seed of its own.
"""

import random
import threading
import warnings
from collections.abc import Sequence
from typing import Any

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.exceptions import ExperimentalWarning
from optuna.samplers import BaseSampler, RandomSampler, TPESampler

from experiments.search.optuna_log import silence_new_studies
from experiments.search.request import StudyRequest, derived_seed
from experiments.search.space import ALGORITHM, SearchSpace
from experiments.search.trials import Drawn, FinishedTrial, as_optuna

_changing_warnings = threading.Lock()  # the filters are the whole process's


def draw_batch(request: StudyRequest, batch: int, earlier: Sequence[FinishedTrial]) -> list[Drawn]:
    """Draw the trials of a batch, from the finished trials of earlier batches in slot order.

    The first trials of a study have the defaults of its algorithms, so that a search ends with
    nothing worse; a grid has its own points alone. Always a whole batch, even where the budget ends
    within it: the rest may be asked for later.
    """
    if request.strategy == "grid":
        return _grid_batch(request, batch)
    study, space = study_in_memory(earlier, _sampler(request, batch)), request.search_space
    start = batch * request.batch_size
    for algorithm in space.algorithms[start : start + request.batch_size]:
        study.enqueue_trial(space.defaults(algorithm))
    return [_ask(study, space) for _ in range(request.batch_size)]


def study_in_memory(
    finished: Sequence[FinishedTrial], sampler: BaseSampler | None = None
) -> optuna.Study:
    """Return a study in memory for a sampler or a pruner; numbers follow the order of slots."""
    silence_new_studies()
    study = optuna.create_study(direction="maximize", sampler=sampler or RandomSampler(seed=0))
    study.add_trials([as_optuna(trial) for trial in finished if trial.state != "failed"])
    return study


def _sampler(request: StudyRequest, batch: int) -> BaseSampler:
    seed = derived_seed(request.seed, "batch", batch)
    if request.strategy == "random":
        return RandomSampler(seed=seed)
    with _changing_warnings, warnings.catch_warnings():
        # `group` lets each algorithm have hyperparameters of its own; it is marked experimental.
        warnings.simplefilter("ignore", ExperimentalWarning)
        # The liar keeps the trials of one batch apart: it counts those drawn before as bad.
        return TPESampler(multivariate=True, group=True, constant_liar=True, seed=seed)


def _ask(study: optuna.Study, space: SearchSpace) -> Drawn:
    trial = study.ask()
    space.draw(trial)
    return Drawn(dict(trial.params), dict(trial.distributions))


def _grid_batch(request: StudyRequest, batch: int) -> list[Drawn]:
    start, space = batch * request.batch_size, request.search_space
    deal = _dealt(request, start + request.batch_size)[start:]
    return [_grid_point(space, algorithm, number) for algorithm, number in deal]


def _dealt(request: StudyRequest, count: int) -> list[tuple[str, int]]:
    """Return the first points of the grid: algorithms in turn, each in an order by the seed."""
    space = request.search_space
    orders = {
        name: iter(shuffled(space.grid_size(name), count, derived_seed(request.seed, name, 0)))
        for name in space.algorithms
    }
    dealt: list[tuple[str, int]] = []
    while orders and len(dealt) < count:
        for name in list(orders):
            number = next(orders[name], None)
            if number is None:
                del orders[name]
            else:
                dealt.append((name, number))
    return dealt[:count]


def shuffled(size: int, count: int, seed: int) -> list[int]:
    """Return the first `count` numbers of a shuffled range(size), which need not fit in memory.

    A larger count begins with the same numbers (`random.sample` does not promise that).
    """
    chance, moved, first = random.Random(seed), dict[int, int](), []
    for here in range(min(count, size)):
        there = chance.randrange(here, size)
        first.append(moved.get(there, there))
        moved[there] = moved.get(here, here)
    return first


def _grid_point(space: SearchSpace, algorithm: str, number: int) -> Drawn:
    parameters: dict[str, Any] = {}
    distributions: dict[str, BaseDistribution] = {}
    if len(space.algorithms) > 1:
        parameters[ALGORITHM] = algorithm
        distributions[ALGORITHM] = CategoricalDistribution(space.algorithms)
    for name, levels in space.levels(algorithm).items():
        number, place = divmod(number, len(levels))
        parameters[f"{algorithm}.{name}"] = levels[place]
        distributions[f"{algorithm}.{name}"] = CategoricalDistribution(levels)
    return Drawn(parameters, distributions)
