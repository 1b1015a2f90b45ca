"""Events of a worker: a trial was started, finished, or voided."""

from collections.abc import Callable
from dataclasses import dataclass

from experiments.search.trials import FinishedTrial, Suggestion


@dataclass(frozen=True)
class TrialStarted:
    """A worker has begun a trial."""

    suggestion: Suggestion


@dataclass(frozen=True)
class TrialFinished:
    """A trial was finished and kept."""

    trial: FinishedTrial


@dataclass(frozen=True)
class TrialVoided:
    """An attempt at a slot came to nothing; the slot is tried again."""

    slot: int
    why: str


Event = TrialStarted | TrialFinished | TrialVoided
OnEvent = Callable[[Event], None]


def ignore(_: Event) -> None:
    """Draw nothing."""


@dataclass(frozen=True)
class StudyProgress:
    """Where a study stands. `slots` is None when only a deadline ends it."""

    slots: int | None
    complete: int
    pruned: int
    failed: int
    running: int
    deaths: int
    best: FinishedTrial | None

    @property
    def finished(self) -> int:
        return self.complete + self.pruned + self.failed

    def tell(self, told: Callable[[int, int, str], None]) -> None:
        """Tell a progress bar: how many finished, of how many (0: nobody knows), and the best."""
        best = f"best {self.best.value:.4f}" if self.best and self.best.value else ""
        told(self.finished, self.slots or 0, best)
