"""Fitted steps: a chain of added columns, each step building on those before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from foundation.errors import InvalidData
from fraud.data.arrays import Matrix
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles
from fraud.features.steps.step import FittedStep, Step


@dataclass(frozen=True)
class FittedSteps:
    """The fitted steps, in their order, for rows with these roles."""

    roles: Roles
    steps: tuple[FittedStep, ...] = ()

    @classmethod
    def fit(cls, steps: Sequence[Step], train: LabelledRows) -> Self:
        fitted: list[FittedStep] = []
        for step in steps:
            fitted.append(step.fit(train))
            train = _widened(train, fitted[-1])
        return cls(train.roles, tuple(fitted))

    @classmethod
    def from_states(
        cls, steps: Sequence[Step], states: Sequence[Mapping[str, Any]], roles: Roles
    ) -> Self:
        if len(steps) != len(states):
            message = (
                f"Each feature step has a state: there are {len(steps)} steps and {len(states)} "
                "states. Nothing was loaded; fetch the model again."
            )
            raise InvalidData(message)
        pairs = zip(steps, states, strict=True)
        return cls(roles, tuple(step.restored(state) for step, state in pairs))

    def apply(self, rows: Matrix) -> Matrix:
        """Return rows with the columns before the amount: amount and time stay the last."""
        for step in self.steps:
            end = rows.shape[1] - len(self.roles.columns)
            rows = np.hstack([rows[:, :end], step.added(rows), rows[:, end:]])
        return rows

    def widened(self, rows: LabelledRows) -> LabelledRows:
        """Return rows with the columns, their names and whether they may miss a value."""
        for step in self.steps:
            rows = _widened(rows, step)
        return rows

    def states(self) -> list[dict[str, Any]]:
        return [step.model_dump(mode="json") for step in self.steps]


def _widened(rows: LabelledRows, step: FittedStep) -> LabelledRows:
    sources = step.sources(rows.columns)
    gaps = {name for name, made_of in sources.items() if rows.may_miss.intersection(made_of)}
    return replace(
        rows,
        columns=(*rows.roles.others(rows.columns), *sources, *rows.roles.columns),
        rows=FittedSteps(rows.roles, (step,)).apply(rows.rows),
        may_miss=rows.may_miss | gaps,
    )
