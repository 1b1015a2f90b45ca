"""Batch: the trials that are drawn together, fitted fold by fold, in whatever order fits finish."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from experiments.search.pruning import Pruner
from experiments.search.trials import FinishedTrial, FoldScore, State, Suggestion


@dataclass
class OpenTrial:
    """A trial that has not finished, with the folds that are known of it.

    Folds count in their order: what a later one gave is not looked at before the earlier ones.
    """

    suggestion: Suggestion
    steps: int
    known: dict[int, FoldScore] = field(default_factory=dict)
    running: set[int] = field(default_factory=set)

    def take(self, step: int, score: FoldScore) -> None:
        """Keep what a fold gave."""
        self.running.discard(step)
        self.known[step] = score

    def finished(self, pruner: Pruner) -> FinishedTrial | None:
        """Return the trial once it is complete, hopeless or failed; None while folds are missing.

        After the last fold nothing is pruned: it would save no time.
        """
        folds: list[float] = []
        for step in range(1, self.steps + 1):
            one = self.known.get(step)
            if one is None:
                return None
            if one.score is None:
                return self._ended("failed", folds, one.reason)
            folds.append(one.score)
            if step < self.steps and pruner.is_hopeless(folds):
                return self._ended("pruned", folds)
        return self._ended("complete", folds)

    def missing(self) -> Iterator[int]:
        """Yield the folds that are neither known nor under way, in order."""
        for step in range(1, self.steps + 1):
            if step not in self.known and step not in self.running:
                yield step

    def _ended(
        self, state: State, folds: Sequence[float], reason: str | None = None
    ) -> FinishedTrial:
        reached = range(1, len(folds) + 1 + (state == "failed"))
        seconds = sum(self.known[step].seconds for step in reached)
        return FinishedTrial(self.suggestion, state, tuple(folds), seconds, reason)


def next_fit(trials: Sequence[OpenTrial]) -> tuple[OpenTrial, int] | None:
    """Return the trial and the fold to fit next; None when all of them are under way.

    First the folds that are needed for certain. Only a worker that would have nothing to do fits
    one ahead, which is needed unless its trial is pruned before.
    """
    ahead = None
    for trial in trials:
        step = next(trial.missing(), None)
        if step is None:
            continue
        if not trial.running:
            return trial, step
        ahead = ahead or (trial, step)
    return ahead
