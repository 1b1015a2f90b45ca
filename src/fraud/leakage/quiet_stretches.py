"""Quiet stretches: consecutive periods with fewer frauds than chance and bursts explain.

Every stretch of periods is compared with the rest: given as many frauds as there are, how likely
are so few of them here? That is the exact conditional test of two Poisson rates (Przyborowski and
Wilenski, "Homogeneity of Results in Testing Samples from Poisson Series", Biometrika 1940).

Fraud comes in bursts: a card in other hands is used until it is blocked. Counts of fraud then vary
more than those of Poisson, and the time between two bursts lacks frauds without a label missing.
`explained_by_bursts` divides all counts by the index of dispersion of stretches up to as long as
the one in question, the largest of them (quasi-Poisson: McCullagh and Nelder, "Generalized Linear
Models", 1989, section 6.2).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from fraud.data.arrays import Flags, Floats, Integers

SIGNIFICANCE = 0.01  # of all stretches together
MISSING = 0.1  # of the frauds that the rest of the data makes one expect
FEWEST_BURSTS = 20  # outside of a stretch
WINDOWS = 4  # of the length of a stretch, that the rest of the data is at least as long as


class Stretch(NamedTuple):
    """Periods from `start` up to `stop`, their frauds, and those that the rest makes one expect."""

    start: int
    stop: int
    frauds: int
    expected: float

    @property
    def found_share(self) -> float:
        return self.frauds / self.expected

    def overlaps(self, other: "Stretch") -> bool:
        return self.start < other.stop and other.start < self.stop


class _Counts(NamedTuple):
    """The rows and frauds of every stretch, and the frauds that the rest makes one expect."""

    start: Integers
    stop: Integers
    found: Integers
    expected: Floats
    share: Floats  # of all rows


def quiet_stretches(rows: Integers, frauds: Integers) -> list[Stretch]:
    """Find the stretches of periods with fewer frauds than chance explains, the strangest first."""
    from scipy.special import bdtr

    every, total = _counts(rows, frauds), int(frauds.sum())
    chance = bdtr(every.found.astype(np.float64), total, every.share)
    is_unlikely = chance * len(chance) < SIGNIFICANCE
    unlikely = np.flatnonzero(is_unlikely & (every.found < every.expected))
    strangest = unlikely[np.argsort(chance[unlikely], kind="stable")]
    return [
        Stretch(
            int(every.start[n]), int(every.stop[n]), int(every.found[n]), float(every.expected[n])
        )
        for n in strangest
    ]


def may_lack_frauds(rows: Integers, frauds: Integers) -> bool:
    """Return False where no quiet stretch lacks its frauds for sure; that takes far less time.

    As many frauds as are found, or fewer, are at least as likely as exactly as many.
    """
    every, total = _counts(rows, frauds), int(frauds.sum())
    share = np.clip(every.share, 1e-12, 1 - 1e-12)
    factorial = np.cumsum(np.log(np.maximum(np.arange(total + 1), 1)))  # its logarithm
    ways = factorial[total] - factorial[every.found] - factorial[total - every.found]
    chance = ways + every.found * np.log(share) + (total - every.found) * np.log1p(-share)
    is_unlikely = chance + np.log(len(chance)) < np.log(SIGNIFICANCE)
    return bool(np.any(is_unlikely & (every.found < MISSING * every.expected)))


def apart(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the stretches without those that overlap an earlier one."""
    kept: list[Stretch] = []
    for stretch in stretches:
        if not any(stretch.overlaps(other) for other in kept):
            kept.append(stretch)
    return kept


def explained_by_bursts(
    stretch: Stretch, others: Sequence[Stretch], rows: Integers, frauds: Integers
) -> bool:
    """Return whether a stretch may be no quieter than others are between two bursts.

    The dispersion is that of the periods in none of the stretches; where these are fewer than those
    of the stretch, or hold few bursts, they do not tell how far bursts are apart. Half of the
    significance is for the stretches at the end, of which labels arrive last.
    """
    from scipy.special import gammaincc

    is_usual = np.ones(len(rows), dtype=bool)
    for one in (stretch, *others):
        is_usual[one.start : one.stop] = False
    length, usual = stretch.stop - stretch.start, int(is_usual.sum())
    longest = min(length, usual // WINDOWS)
    lengths = (2**power for power in range(longest.bit_length()))
    bursts = max((_dispersion(rows, frauds, is_usual, each) for each in lengths), default=1.0)
    if usual < length or frauds[is_usual].sum() < FEWEST_BURSTS * bursts:
        return True
    chance = float(gammaincc(stretch.frauds / bursts + 1, stretch.expected / bursts))
    periods = len(rows)
    tries = periods if stretch.stop == periods else periods * (periods + 1) / 2
    return chance * tries >= SIGNIFICANCE / 2


def _dispersion(rows: Integers, frauds: Integers, is_usual: Flags, length: int) -> float:
    """Return the index of dispersion of stretches of a length, at least 1 as that of Poisson."""
    window = np.ones(length)
    whole = np.convolve(is_usual, window, "valid") == length
    expected = np.convolve(rows, window, "valid")[whole]
    found = np.convolve(frauds, window, "valid")[whole]
    expected = expected * (frauds[is_usual].sum() / max(int(rows[is_usual].sum()), 1))
    there = expected > 0
    if not there.any():
        return 1.0
    squares = (found[there] - expected[there]) ** 2 / expected[there]
    return max(1.0, float(squares.mean()))


def _counts(rows: Integers, frauds: Integers) -> _Counts:
    start, stop = np.triu_indices(len(rows) + 1, 1)
    inside, found = _sums(rows, start, stop), _sums(frauds, start, stop)
    total_rows, total = int(rows.sum()), int(frauds.sum())
    expected = (total - found) * inside / np.maximum(total_rows - inside, 1)
    return _Counts(start, stop, found, expected, inside / total_rows)


def _sums(counts: Integers, start: Integers, stop: Integers) -> Integers:
    before: Integers = np.append(0, np.cumsum(counts))
    return before[stop] - before[start]
