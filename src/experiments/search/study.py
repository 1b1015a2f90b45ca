"""Study: a search for the best hyperparameters with a reproducible result.

The trials are cut into batches of a fixed size. The parameters of a batch follow from the seed and
the results of earlier batches, never from what runs at the same time; so the number of workers,
which of them is quicker, and how often they are killed change nothing but the time it takes.

One process coordinates: it draws a batch, gives its fits to workers, prunes between folds, and goes
on with the next batch. What each fold gave is kept in the study's record, from which the same
request goes on after it was stopped.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Protocol

import optuna

from experiments.search.batch import OpenTrial, next_fit
from experiments.search.pruning import Pruner
from experiments.search.request import StudyRequest
from experiments.search.sampling import draw_batch, study_in_memory
from experiments.search.trials import (
    Drawn,
    FinishedTrial,
    FoldScore,
    Suggestion,
    best_first,
)

if TYPE_CHECKING:
    from foundation.progress import OnProgress


class TrialFits(Protocol):
    """Fits the folds of trials, several at once."""

    @property
    def folds(self) -> int:
        """The number of folds of each trial."""
        ...

    @property
    def width(self) -> int:
        """The number of fits that run at once."""
        ...

    @property
    def pending(self) -> int:
        """The number of fits that were submitted and not handed over yet."""
        ...

    def submit(self, suggestion: Suggestion, fold: int) -> None:
        """Begin one fit; `fold` counts from 1."""
        ...

    def next_done(self) -> tuple[Suggestion, int, FoldScore]:
        """Wait for a fit to finish, and hand it over."""
        ...


class FoldScores(Protocol):
    """What folds gave in earlier runs of the same study, and the place to keep what they give."""

    def known(self, slot: int) -> dict[int, FoldScore]: ...

    def keep(self, slot: int, fold: int, score: FoldScore) -> None: ...


@dataclass(frozen=True)
class StudyProgress:
    """The state of a study. `slots` is None when only a deadline ends it."""

    slots: int | None
    finished: int
    best: FinishedTrial | None

    def report(self, on_progress: "OnProgress[str]") -> None:
        """Report how many finished, of how many (0: nobody knows), and the best value."""
        best = f"best {self.best.value:.4f}" if self.best and self.best.value else ""
        on_progress(self.finished, self.slots or 0, best)


class Study:
    """One study: its request, and the trials that have finished."""

    def __init__(self, request: StudyRequest, kept: FoldScores) -> None:
        self.request = request
        self._kept = kept
        self._finished: dict[int, FinishedTrial] = {}

    def run(
        self,
        fits: TrialFits,
        *,
        may_go_on: Callable[[], bool] = lambda: True,
        on_finished: Callable[[FinishedTrial], None] = lambda _: None,
    ) -> None:
        """Run trials until each slot has finished, or `may_go_on` says no before a fit.

        Trials that are not finished by then are left out; what is known of them is kept. Only a
        budget in trials is reproducible: how many finish before a deadline depends on the machine.

        `on_finished` is called for each trial, also for those that an earlier run has finished.
        A refusal of ours (a FraudDetectionError that is not worth a retry) is the trial's failure
        and is kept with its reason. Any other exception, Ctrl-C too, is raised.
        """
        for batch in self._batches():
            pruner = Pruner(self.request.prune_below, self._before(batch))
            trials = [self._open(one, fits) for one in self._suggestions(batch)]
            self._close(trials, pruner, on_finished)  # what earlier runs have finished
            while trials:
                while fits.pending < fits.width and (fit := next_fit(trials)) and may_go_on():
                    trial, fold = fit
                    trial.running.add(fold)
                    fits.submit(trial.suggestion, fold)
                if not fits.pending:
                    return
                self._take(*fits.next_done(), trials)
                self._close(trials, pruner, on_finished)

    def trials(self) -> list[FinishedTrial]:
        """Return every finished trial, in slot order."""
        return [self._finished[slot] for slot in sorted(self._finished)]

    def completed(self) -> list[FinishedTrial]:
        """Return the completed trials, highest value first; equals by slot."""
        return best_first(self.trials())

    def in_memory(self) -> optuna.Study:
        """Return the finished trials as an Optuna study, for its plots; without failed ones."""
        return study_in_memory(self.trials())

    def progress(self) -> StudyProgress:
        """Return the number of finished trials, and the best one."""
        best = next(iter(self.completed()), None)
        return StudyProgress(self.request.slots, len(self._finished), best)

    def _batches(self) -> Iterator[int]:
        slots, size = self.request.slots, self.request.batch_size
        return iter(range(-(-slots // size))) if slots is not None else count()

    def _before(self, batch: int) -> optuna.Study:
        return study_in_memory(self._earlier(batch))

    def _earlier(self, batch: int) -> list[FinishedTrial]:
        return [self._finished[slot] for slot in range(batch * self.request.batch_size)]

    def _suggestions(self, batch: int) -> list[Suggestion]:
        start = batch * self.request.batch_size
        drawn = draw_batch(self.request, batch, self._earlier(batch))
        if self.request.slots is not None:
            drawn = drawn[: self.request.slots - start]
        return [self._suggestion(start + place, one) for place, one in enumerate(drawn)]

    def _suggestion(self, slot: int, drawn: Drawn) -> Suggestion:
        algorithm, hyperparameters = self.request.search_space.chosen(drawn.parameters)
        seed = self.request.trial_seed(slot)
        return Suggestion(slot, algorithm, hyperparameters, seed, drawn)

    def _open(self, suggestion: Suggestion, fits: TrialFits) -> OpenTrial:
        return OpenTrial(suggestion, fits.folds, known=self._kept.known(suggestion.slot))

    def _take(
        self, suggestion: Suggestion, fold: int, score: FoldScore, trials: list[OpenTrial]
    ) -> None:
        self._kept.keep(suggestion.slot, fold, score)
        for trial in trials:
            if trial.suggestion.slot == suggestion.slot:
                trial.take(fold, score)

    def _close(
        self,
        trials: list[OpenTrial],
        pruner: Pruner,
        on_finished: Callable[[FinishedTrial], None],
    ) -> None:
        """Take the trials that have finished from the open ones."""
        for trial in list(trials):
            if (finished := trial.finished(pruner)) is not None:
                self._finished[finished.slot] = finished
                trials.remove(trial)
                on_finished(finished)
