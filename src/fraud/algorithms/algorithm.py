"""Algorithm: the hyperparameters, search space, fit and serialisation of one learning algorithm."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, Self, TypeVar

from foundation.params import Params
from foundation.progress import OnProgress
from fraud.data.arrays import Labels, Matrix, Scores
from fraud.features.transforms import Transform

WEIGHT = "scale_pos_weight"
# Called after each round or epoch: (iteration from 1, of how many at most, validation metric).


class Hyperparameters(Params):
    """The hyperparameters that production accepts for one algorithm: names, ranges, defaults."""

    def unweighted(self) -> Self:
        """Return the same, but a fraud counts as much as any other transaction."""
        weights = (name for name in type(self).model_fields if name.endswith(WEIGHT))
        return self.model_copy(update=dict.fromkeys(weights, 1.0))


class Trial(Protocol):
    """Port of `optuna.Trial`: suggests one value after another. Production never loads optuna."""

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int: ...

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float: ...


@dataclass(frozen=True)
class LabelledMatrix:
    """Transformed rows [n, features] and their labels."""

    rows: Matrix
    labels: Labels


@dataclass(frozen=True)
class AlgorithmTask:
    """The data and the settings of one fit.

    `validation` is for early stopping only; no parameter is fitted on it. With `rounds`, by
    learner, each is fitted for exactly so many rounds or epochs, and `validation` is not read.
    `columns` is how many columns the rows had before their transform. `threads` bounds the threads
    of the fit; None leaves the number to the algorithm. On one thread equal tasks give equal bytes,
    whatever else the machine does.
    """

    train: LabelledMatrix
    validation: LabelledMatrix
    columns: int
    seed: int
    threads: int | None = None
    on_progress: OnProgress[float] | None = None
    rounds: Mapping[str, int] = field(default_factory=dict)

    def report(self, iteration: int, of: int, metric: float) -> None:
        if self.on_progress:
            self.on_progress(iteration, of, metric)


class Predictor(Protocol):
    """A fitted algorithm."""

    def scores(self, rows: Matrix) -> Scores:
        """Return each row's probability of fraud, shape (n,); n is at least 1."""
        ...


@dataclass(frozen=True)
class Fitted:
    """A fitted algorithm as files without pickle; equal tasks give equal bytes.

    `rounds` counts the rounds or epochs kept, by learner; a learner without any is not in it.
    """

    files: dict[str, bytes]
    rounds: dict[str, int] = field(default_factory=dict)

    @property
    def best_iteration(self) -> int | None:
        """The rounds or epochs that a single learner kept; None of a blend, or without any."""
        return next(iter(self.rounds.values())) if len(self.rounds) == 1 else None


H = TypeVar("H", bound=Hyperparameters)


@dataclass(frozen=True)
class Algorithm(Generic[H]):
    """One algorithm: `load` makes a predictor of the files that `fit` gives, named as in `files`.

    `members` are the algorithms that it is a blend of, each with as large a share of its progress.
    `boosts`: more rows allow more rounds (an epoch of a network takes more steps by itself).
    Both import the algorithm's libraries; listing the algorithms does not.
    """

    name: str
    libraries: tuple[str, ...]
    files: tuple[str, ...]
    hyperparameters: type[H]
    transform: type[Transform]
    suggest: Callable[[Trial], H]
    fit: Callable[[H, AlgorithmTask], Fitted]
    load: Callable[[Mapping[str, bytes]], Predictor]
    members: tuple[str, ...] = ()
    boosts: bool = False

    @property
    def learners(self) -> tuple[str, ...]:
        """What is fitted one after another: the members of a blend, or else the algorithm."""
        return self.members or (self.name,)

    def checked(self, values: Mapping[str, Any]) -> H:
        """Return the hyperparameters; InvalidParams has every problem of `values` at once."""
        return self.hyperparameters.checked(values, source=f"The hyperparameters of {self.name}")
