"""Usual inputs: what training and the last days held in one column, as baselines of a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from fraud.data.arrays import Floats
from fraud.monitoring.inputs.finding import Against
from fraud.monitoring.inputs.summary import ColumnSummary


@dataclass(frozen=True)
class Usual:
    """The summaries of one column with which a day is compared.

    `days` are empty where there are too few of them to compare with.
    """

    training: ColumnSummary | None = None
    days: Sequence[ColumnSummary] = field(default=())

    @property
    def baselines(self) -> dict[Against, Sequence[ColumnSummary]]:
        """The baselines that there are, each as one summary or more."""
        training = [] if self.training is None else [self.training]
        found: dict[Against, Sequence[ColumnSummary]] = {
            "training": training,
            "last days": self.days,
        }
        return {name: each for name, each in found.items() if each}

    @property
    def quantiles(self) -> Floats:
        """The usual quantiles of a number: of training, or the medians of the last days'."""
        if self.training is not None:
            return np.array(self.training.quantiles)
        found = [day.quantiles for day in self.days if day.quantiles]
        return np.median(found, axis=0) if found else np.empty(0)

    @property
    def texts(self) -> list[str]:
        """The texts that a category usually has, the commonest first."""
        found = self.training or (self.days[-1] if self.days else None)
        return [] if found is None else [text for text, count in found.texts.items() if count]
