"""Hour cycle: the time of day as a point on a circle, so that 23:59 lies beside 00:00."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from fraud.data.arrays import Matrix
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import TIME, RoleName
from fraud.features.steps.step import FittedStep, Step

RADIANS_A_SECOND = 2 * np.pi / 86_400


class HourOnCircle(FittedStep):
    """The fitted hour_cycle: nothing is learned."""

    def added(self, rows: Matrix) -> Matrix:
        angles = rows[:, -1] * RADIANS_A_SECOND
        return np.column_stack([np.sin(angles), np.cos(angles)])

    def sources(self, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
        time = columns[-1]
        return {f"sin({time})": (time,), f"cos({time})": (time,)}


class HourCycle(Step):
    """Sine and cosine of the time of day (the transform for linear models takes them anyway)."""

    name = "hour_cycle"
    needs: ClassVar[RoleName | None] = TIME
    fitted: ClassVar[type[FittedStep]] = HourOnCircle

    def fit(self, train: LabelledRows) -> HourOnCircle:
        self.require_described(train.roles)
        return HourOnCircle()
