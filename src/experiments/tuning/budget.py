"""Budget of a search in seconds: what each part of it may take, so that the whole keeps to it."""

from dataclasses import dataclass
from time import monotonic

# For scoring the test rows, plots and the recording: so many seconds, or this share if it is more.
RECORDING_SECONDS, RECORDING_SHARE = 15, 0.08
# Shares of the rest at whose ends the parts have to be over.
SEARCH_BEGINS_NO_FIT, SEARCH_ENDS, CONFIRMATION_ENDS, WINNER_ENDS = 0.42, 0.47, 0.75, 1.0
MARGIN = 1.3  # bags are fitted on more rows than the folds of the confirmation


@dataclass(frozen=True)
class Budget:
    """The seconds that a search may take, from `began` (of the monotonic clock) on.

    Without seconds nothing ends it but its number of trials, and no part has a deadline.
    """

    seconds: int
    began: float

    @classmethod
    def of(cls, seconds: int) -> "Budget":
        """Begin now."""
        return cls(seconds, monotonic())

    def may_begin_a_fit(self) -> bool:
        """Return whether the search has time for another fit."""
        deadline = self._at(SEARCH_BEGINS_NO_FIT)
        return deadline is None or monotonic() < deadline

    @property
    def search_ends(self) -> float | None:
        """The moment at which fits of the search that are still under way are given up."""
        return self._at(SEARCH_ENDS)

    @property
    def confirmation_ends(self) -> float | None:
        """The moment at which no further finalist is confirmed."""
        return self._at(CONFIRMATION_ENDS)

    @property
    def winner_ends(self) -> float | None:
        """The moment at which the bags of the winner are given up for a single model."""
        return self._at(WINNER_ENDS)

    def bags(self, wanted: int, *, seconds_a_bag: float, workers: int) -> int:
        """Return how many bags there is time for; `seconds_a_bag` on one worker."""
        if self.winner_ends is None:
            return wanted
        left = max(0.0, self.winner_ends - monotonic()) * workers / MARGIN
        return max(1, min(wanted, int(left / seconds_a_bag))) if seconds_a_bag > 0 else wanted

    def plan(self) -> str:
        """Return a sentence on how the seconds will be spent."""
        search = SEARCH_BEGINS_NO_FIT * self._for_fits
        confirmation = (CONFIRMATION_ENDS - SEARCH_BEGINS_NO_FIT) * self._for_fits
        winner = (WINNER_ENDS - CONFIRMATION_ENDS) * self._for_fits
        return (
            f"{self.seconds} s in all: {search:.0f} s to search, then at most {confirmation:.0f} s "
            f"to confirm the best on fresh folds, {winner:.0f} s for the bags of the winner, and "
            "the rest to score the test rows and to record."
        )

    def took(self) -> float:
        """Return the seconds since the begin."""
        return monotonic() - self.began

    @property
    def _for_fits(self) -> float:
        recording = max(RECORDING_SHARE * self.seconds, min(RECORDING_SECONDS, self.seconds / 2))
        return self.seconds - recording

    def _at(self, share: float) -> float | None:
        return self.began + share * self._for_fits if self.seconds else None
