"""Studies: requests to make, fits that cost nothing, and what the law compares."""

import hashlib
import json
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from experiments.search.request import StudyRequest
from experiments.search.space import SearchSpace
from experiments.search.study import Study
from experiments.search.trials import Drawn, FinishedTrial, FoldScore, Suggestion

SPACE = SearchSpace.over(
    ["xgboost", "logistic_regression"],
    {"xgboost": {"max_depth": [3, 10], "learning_rate": [0.02, 0.3]}},
)
FOLDS = 3

Objective = Callable[[Suggestion, int], float]


def study_request(**changed: Any) -> StudyRequest:
    facts = {"name": "hill", "seed": 7, "search_space": SPACE, "trials": 20, "batch_size": 4}
    return StudyRequest(**facts | {"data_digest": "d" * 64} | changed)


def suggestion(slot: int, algorithm: str = "xgboost", **hyperparameters: Any) -> Suggestion:
    return Suggestion(slot, algorithm, hyperparameters, slot, Drawn({}, {}))


def law(trials: list[FinishedTrial]) -> list[tuple[Any, ...]]:
    """All of the trials but how long they took: the same for every run of a study."""
    return [tuple(value for name, value in vars(t).items() if name != "seconds") for t in trials]


def quality(of: Suggestion, fold: int) -> float:
    """A smooth hill over the logarithms of the hyperparameters, a little rough by the seed."""
    numbers = [math.log1p(value) for value in of.hyperparameters.values()]
    hill = sum(math.sin(place + number) for place, number in enumerate(numbers)) / len(numbers)
    return 0.5 + hill / 4 + _chance(of, fold) / 20


def hill_score(of: Suggestion, fold: int) -> FoldScore:
    """The quality of a trial on a fold; one trial in twenty cannot be fitted on its second."""
    if fold == 2 and _chance(of, -1) < 0.05:
        return FoldScore(None, 0.0, f"nothing can be learned with {of.hyperparameters}")
    return FoldScore(quality(of, fold), 0.0)


def _chance(of: Suggestion, salt: int) -> float:
    facts = json.dumps([of.hyperparameters, of.seed, salt]).encode()
    return int.from_bytes(hashlib.sha256(facts).digest()[:4], "big") / 2**32


@dataclass
class FakeFits:
    """Fits that cost nothing and finish in an order by chance; `stop_after` so many, Ctrl-C."""

    score: Callable[[Suggestion, int], FoldScore] = hill_score
    width: int = 1
    folds: int = FOLDS
    stop_after: int | None = None
    chance: random.Random = field(default_factory=lambda: random.Random(0))
    submitted: list[tuple[int, int]] = field(default_factory=list)
    _running: list[tuple[Suggestion, int]] = field(default_factory=list)

    @property
    def pending(self) -> int:
        return len(self._running)

    def submit(self, suggestion: Suggestion, fold: int) -> None:
        assert self.pending < self.width
        self.submitted.append((suggestion.slot, fold))
        self._running.append((suggestion, fold))

    def next_done(self) -> tuple[Suggestion, int, FoldScore]:
        if self.stop_after is not None and len(self.submitted) > self.stop_after:
            raise KeyboardInterrupt
        done = self._running.pop(self.chance.randrange(len(self._running)))
        return *done, self.score(*done)


@dataclass
class FakeRecord:
    """Fold scores in memory."""

    kept: dict[int, dict[int, FoldScore]] = field(default_factory=dict)

    def known(self, slot: int) -> dict[int, FoldScore]:
        return dict(self.kept.get(slot, {}))

    def keep(self, slot: int, fold: int, score: FoldScore) -> None:
        self.kept.setdefault(slot, {})[fold] = score


def run_study(request: StudyRequest, fits: FakeFits | None = None) -> Study:
    """A study that was run to its end."""
    study = Study(request, FakeRecord())
    study.run(fits or FakeFits())
    return study


def scored(values: Iterable[float]) -> Callable[[Suggestion, int], FoldScore]:
    """Each trial has the value at its place on every fold."""
    by_slot = list(values)
    return lambda of, _: FoldScore(by_slot[of.slot], 1.0)
