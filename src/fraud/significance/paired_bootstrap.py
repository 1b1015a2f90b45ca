"""Paired bootstrap: two rankings measured on the same resamples of the same rows, many at a time.

Legitimate rows that both rankings put between the same two frauds are tied for every metric of
RANKING_METRICS. They form a tie group, and a resample is how many rows each group got: a
multinomial draw of a few hundred counts instead of tens of thousands of rows, with the distribution
of a stratified bootstrap of the rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from fraud.data.arrays import Floats, Integers
from fraud.metrics.rank_index import ClassIndex, RankIndex, counts_before
from fraud.metrics.weighted_metrics import metrics_of

AT_A_TIME = 500  # resamples: as much as a processor keeps near


@dataclass(frozen=True)
class TieGroups:
    """The rows of one class, grouped by their piece in every ranking."""

    sizes: Integers
    pieces: tuple[Integers, ...]  # of each group, one array a ranking

    @classmethod
    def of(cls, sides: Sequence[ClassIndex]) -> Self:
        shape = tuple(int(side.days[-1]) for side in sides)
        place = np.ravel_multi_index(tuple(side.slot for side in sides), shape)
        groups, sizes = np.unique(place, return_counts=True)
        return cls(sizes, np.unravel_index(groups, shape))

    def draw(self, resamples: int, random: np.random.Generator) -> Integers:
        """Draw as many rows as there are; return their counts, shape (resamples, groups)."""
        rows = int(self.sizes.sum())
        return random.multinomial(rows, self.sizes / rows, size=resamples)

    def counts_before(self, ranking: int, counts: Integers) -> Integers:
        """Return the rows before each piece of a ranking, shape (..., pieces + 1)."""
        pieces = self.pieces[ranking]
        order = np.argsort(pieces, kind="stable")
        starts = np.searchsorted(pieces[order], np.arange(int(pieces.max()) + 2))
        return counts_before(counts[..., order])[..., starts]


@dataclass(frozen=True)
class PairedBootstrap:
    """Two rankings of the same rows, ready to be resampled together."""

    rankings: tuple[RankIndex, RankIndex]
    frauds: TieGroups
    legitimate: TieGroups

    @classmethod
    def of(cls, first: RankIndex, second: RankIndex) -> Self:
        frauds = TieGroups.of([first.frauds, second.frauds])
        legitimate = TieGroups.of([first.legitimate, second.legitimate])
        return cls((first, second), frauds, legitimate)

    @property
    def rarer(self) -> int:
        """The number of rows of the rarer class."""
        return int(min(self.frauds.sizes.sum(), self.legitimate.sizes.sum()))

    @property
    def is_alike(self) -> bool:
        """Whether both rankings put every row between the same frauds."""
        return all(
            np.array_equal(groups.pieces[0], groups.pieces[1])
            for groups in (self.frauds, self.legitimate)
        )

    def difference(self, metric: str) -> float:
        """Return the metric of the first ranking less that of the second, on the rows."""
        return float(self._differences(metric, self.frauds.sizes, self.legitimate.sizes))

    def weight_per_fraud(self, metric: str) -> float:
        """Return how far one of the frauds that matter moves the difference when counted twice.

        Where no fraud matters, it is the share of one fraud in all: a whole one won or lost.
        """
        sizes = self.frauds.sizes
        one_more = sizes + np.eye(len(sizes), dtype=np.int64)
        legitimate = np.broadcast_to(
            self.legitimate.sizes, (len(sizes), len(self.legitimate.sizes))
        )
        moved = self._differences(metric, one_more, legitimate) - self.difference(metric)
        if not moved.any():
            return 1 / float(sizes.sum())
        return float(np.sqrt((sizes * moved**4).sum() / (sizes * moved**2).sum()))

    def drawn_differences(self, metric: str, resamples: int, seed: int) -> Floats:
        """Return the metric of the first ranking less that of the second, on each resample."""
        random = np.random.default_rng(seed)
        return np.concatenate(
            [
                self._differences(
                    metric, self.frauds.draw(size, random), self.legitimate.draw(size, random)
                )
                for size in _blocks(resamples)
            ]
        )

    def _differences(self, metric: str, frauds: Integers, legitimate: Integers) -> Floats:
        first, second = (
            metrics_of(
                ranking_index,
                self.frauds.counts_before(ranking, frauds),
                self.legitimate.counts_before(ranking, legitimate),
            )[metric]
            for ranking, ranking_index in enumerate(self.rankings)
        )
        difference: Floats = first - second
        return difference


def _blocks(resamples: int) -> Iterator[int]:
    for start in range(0, resamples, AT_A_TIME):
        yield min(AT_A_TIME, resamples - start)
