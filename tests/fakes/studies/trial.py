"""Trials: stand-ins for optuna.Trial that draw by rule, not by what earlier trials taught."""

import math
import random
from dataclasses import dataclass, field
from typing import TypeVar

N = TypeVar("N", int, float)


@dataclass
class RandomTrial:
    """Draws anywhere in the range, its two ends included."""

    seed: int
    drawn: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int:
        return self._record(name, min(high, max(low, round(self._draw(low, high, log=log)))))

    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float:
        return self._record(name, min(high, max(low, self._draw(low, high, log=log))))

    def _draw(self, low: float, high: float, *, log: bool) -> float:
        if log:
            return math.exp(self._draw(math.log(low), math.log(high), log=False))
        return self._random.choice([low, high, *[self._random.uniform(low, high)] * 3])

    def _record(self, name: str, value: N) -> N:
        if name in self.drawn:
            message = f"{name} is suggested twice"
            raise AssertionError(message)
        self.drawn[name] = value
        return value
