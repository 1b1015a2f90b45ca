"""Trials of a study: what is drawn for one, what a fold of it gives, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from optuna.distributions import BaseDistribution
from optuna.trial import FrozenTrial, TrialState, create_trial

State = Literal["complete", "pruned", "failed"]
STATES: dict[State, TrialState] = {
    "complete": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "failed": TrialState.FAIL,
}


@dataclass(frozen=True)
class Drawn:
    """The parameters of one trial, and where they were drawn from."""

    parameters: dict[str, Any]
    distributions: dict[str, BaseDistribution]


@dataclass(frozen=True)
class Suggestion:
    """The input of one trial: all hyperparameters, as production accepts them.

    `slot` is its place in the study, from 0.
    """

    slot: int
    algorithm: str
    hyperparameters: dict[str, Any]
    seed: int
    drawn: Drawn


@dataclass(frozen=True)
class FoldScore:
    """What a trial gave on one fold: a score, higher is better; or the reason why it gave none."""

    score: float | None
    seconds: float
    reason: str | None = None


@dataclass(frozen=True)
class FinishedTrial:
    """A finished trial. `value` is the mean of its `folds`; `seconds` is all that may differ.

    A pruned trial has the folds up to the one after which it was pruned.
    """

    suggestion: Suggestion
    state: State
    folds: tuple[float, ...]
    seconds: float
    reason: str | None = None

    @property
    def slot(self) -> int:
        """The place of the trial in the study."""
        return self.suggestion.slot

    @property
    def algorithm(self) -> str:
        """The name of the algorithm."""
        return self.suggestion.algorithm

    @property
    def hyperparameters(self) -> dict[str, Any]:
        """All hyperparameters, those that were not searched included."""
        return self.suggestion.hyperparameters

    @property
    def value(self) -> float | None:
        """The mean over the folds; None of a failed trial."""
        return None if self.state == "failed" else fmean(self.folds)


def as_optuna(trial: FinishedTrial) -> FrozenTrial:
    """Return a trial as Optuna's samplers, plots and dashboard read it; a step is a fold."""
    drawn = trial.suggestion.drawn
    about = {"slot": trial.slot, "seconds": round(trial.seconds, 3)}
    return create_trial(
        state=STATES[trial.state],
        value=trial.value,
        params=drawn.parameters,
        distributions=drawn.distributions,
        intermediate_values=running_means(trial.folds),
        user_attrs=about if trial.reason is None else {**about, "reason": trial.reason},
    )


def running_means(folds: Sequence[float]) -> dict[int, float]:
    """Return the mean over the folds so far, by the number of folds."""
    return {step: fmean(folds[:step]) for step in range(1, len(folds) + 1)}


def best_first(trials: Sequence[FinishedTrial]) -> list[FinishedTrial]:
    """Return the completed trials, highest value first; equals by slot."""
    complete = [trial for trial in trials if trial.state == "complete"]
    return sorted(complete, key=lambda trial: (-(trial.value or 0.0), trial.slot))
