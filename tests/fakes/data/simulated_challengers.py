"""Duels: a challenger and a champion of known quality, judged on rows that are drawn for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from fakes.data.true_quality import AP, REFERENCE, Model, World
from fraud.data.arrays import Floats
from fraud.significance.superiority import Judgement, judge_challenger

RESAMPLES = 400  # more are drawn where the level is small


@dataclass(frozen=True)
class Duel:
    """Who meets on which rows, and what is asked.

    Of several challengers, the one with the best metric on `picked_on` is judged.
    """

    challengers: Sequence[Model]
    champion: Model
    metric: str = AP
    world: World = REFERENCE
    picked_on: Literal["these rows", "other rows"] = "these rows"
    asked: dict[str, Any] = field(default_factory=dict)

    @property
    def true_difference(self) -> float:
        share = self.world.share
        challenger, champion = self.challengers[0], self.champion
        return challenger.true(self.metric, share) - champion.true(self.metric, share)

    def judged(self, seed: int) -> Judgement:
        challenger, champion = self._scores(np.random.default_rng(seed))
        asked = {"metric": self.metric, "resamples": RESAMPLES, "seed": seed, **self.asked}
        return judge_challenger(self.world.labels, challenger, champion, **asked)

    def _scores(self, random: np.random.Generator) -> tuple[Floats, Floats]:
        *found, champion = self.world.scores([*self.challengers, self.champion], random)
        values = [self.world.measured(scores)[self.metric] for scores in found]
        best = int(np.argmax(values))
        if self.picked_on == "these rows":
            return found[best], champion
        challenger, champion = self.world.scores([self.challengers[best], self.champion], random)
        return challenger, champion


def fight(duel: Duel, runs: int) -> list[Judgement]:
    """Judge a duel on so many draws of rows."""
    return [duel.judged(seed) for seed in range(runs)]
