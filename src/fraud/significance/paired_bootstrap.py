"""Paired resampling: two rankings measured on the same draws of the same rows, many at a time.

Legitimate rows that both rankings put between the same two frauds are alike to every metric of
RANKING_METRICS. Together they are a cell, and a resample is how many rows each cell got: a
multinomial draw of a few hundred counts instead of tens of thousands of rows, from the very
distribution of a stratified bootstrap.
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
    """The rows of one class by where they are in every ranking: how many, and in which piece."""

    sizes: Integers
    pieces: tuple[Integers, ...]  # of each cell, one array a ranking

    @classmethod
    def of(cls, sides: Sequence[ClassIndex]) -> Self:
        shape = tuple(int(side.days[-1]) for side in sides)
        place = np.ravel_multi_index(tuple(side.slot for side in sides), shape)
        cells, sizes = np.unique(place, return_counts=True)
        return cls(sizes, np.unravel_index(cells, shape))

    def draw(self, resamples: int, random: np.random.Generator) -> Integers:
        """Draw as many rows as there are: [resamples, cells]."""
        rows = int(self.sizes.sum())
        return random.multinomial(rows, self.sizes / rows, size=resamples)

    def counts_before(self, ranking: int, counts: Integers) -> Integers:
        """Count the rows before each piece of a ranking: [..., pieces and one more]."""
        pieces = self.pieces[ranking]
        order = np.argsort(pieces, kind="stable")
        starts = np.searchsorted(pieces[order], np.arange(int(pieces.max()) + 2))
        return counts_before(counts[..., order])[..., starts]


@dataclass(frozen=True)
class PairedBootstrap:
    """Two rankings of the same rows."""

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
        """Count the rows of the rarer class."""
        return int(min(self.frauds.sizes.sum(), self.legitimate.sizes.sum()))

    @property
    def is_alike(self) -> bool:
        """Say whether both put every row between the same frauds."""
        return all(
            np.array_equal(cells.pieces[0], cells.pieces[1])
            for cells in (self.frauds, self.legitimate)
        )

    def difference(self, metric: str) -> float:
        """Measure the first less the second on the rows as they are."""
        return float(self._differences(metric, self.frauds.sizes, self.legitimate.sizes))

    def weight_of_a_fraud(self, metric: str) -> float:
        """Say by how much one of the frauds that matter moves the difference: each counted twice.

        Where none matters, it is what one is of all: a whole fraud won or lost.
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
        """Measure the first less the second on each resample."""
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
