"""Trials of a search as arrays for figures: values, states and the best so far."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from foundation.wording import counted
from fraud.data.arrays import Flags, Floats
from plots.layout.text_size import in_sentence

MAX_DISTANCE = (
    3.5  # in distances from the best trial to the median one; worse trials are drawn at the edge
)


class Trials(NamedTuple):
    """The trials of a search by number; NaN is no value, `sign` is -1 if smaller is better."""

    values: Floats
    complete: Flags
    algorithms: npt.NDArray[np.str_]
    sign: int

    @classmethod
    def of(
        cls,
        values: Sequence[float | None],
        states: Sequence[str],
        algorithms: Sequence[str],
        *,
        sign: int,
    ) -> "Trials":
        numbers = np.array([np.nan if v is None else v for v in values], dtype=np.float64)
        numbers[~np.isfinite(numbers)] = np.nan
        complete = np.array([state.lower() == "complete" for state in states], dtype=bool)
        return cls(numbers, complete & ~np.isnan(numbers), np.array(algorithms, dtype=str), sign)

    def best_so_far(self) -> Floats:
        finished = np.where(self.complete, self.sign * self.values, np.nan)
        best: Floats = self.sign * np.fmax.accumulate(finished)
        return best

    def best_of(self, chosen: Flags) -> int | None:
        """Return the best finished trial among the chosen ones."""
        some = np.flatnonzero(chosen & self.complete)
        return int(some[np.argmax(self.sign * self.values[some])]) if len(some) else None

    def ranked(self) -> list[str]:
        names = {name: self.best_of(self.algorithms == name) for name in self.algorithms.tolist()}
        heights = {
            n: -np.inf if best is None else self.sign * self.values[best]
            for n, best in names.items()
        }
        return sorted(heights, key=lambda name: heights[name], reverse=True)

    def detail(self, name: str) -> str:
        of = self.algorithms == name
        best, many = self.best_of(of), counted(int(of.sum()), "trial")
        return f"none of {many} finished" if best is None else f"{self.values[best]:.4g} in {many}"

    def finding(self, states: Sequence[str]) -> str:
        best = self.best_of(self.complete)
        pruned = sum(state.lower() == "pruned" for state in states)
        failed = sum(state.lower().startswith("fail") for state in states)
        others = f"{pruned:,} pruned, {failed:,} failed"
        many = counted(len(states), "trial")
        if best is None:
            return f"None of {many} finished ({others})"
        algorithm, value = self.algorithms[best], self.values[best]
        return f"Best of {many}: {value:.4g}, trial {best} ({in_sentence(algorithm)}); {others}"

    def value_limits(self) -> tuple[float, float]:
        """Return limits for the axis, so that a few hopeless trials do not flatten the others."""
        heights = self.sign * self.values[self.complete]
        if not len(heights):
            return 0.0, 1.0
        best = float(heights.max())
        worst = max(float(heights.min()), best - MAX_DISTANCE * (best - float(np.median(heights))))
        worst = worst if worst < best else best - max(abs(best) * 0.05, 1e-6)
        limits = (worst - 0.06 * (best - worst), best + 0.1 * (best - worst))
        low, high = sorted(self.sign * edge for edge in limits)
        return low, high
