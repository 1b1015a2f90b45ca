"""Calibration: scores to probabilities, fitted on rows that the model was not fitted on."""

from collections.abc import Mapping
from typing import Any, Protocol, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from foundation.errors import InvalidData
from foundation.params import Params
from fraud.data.arrays import Labels, Scores
from fraud.metrics.log_odds import expit, log_odds

# A fraud that a forest gives exactly 0 would otherwise outweigh all others.
FURTHEST = 1e-6


class Calibration(Protocol):
    """A monotone map from scores to probabilities; its state is JSON."""

    @classmethod
    def fit(cls, scores: Scores, labels: Labels) -> Self: ...

    def apply(self, scores: Scores) -> Scores: ...

    def model_dump(self, *, mode: str) -> dict[str, Any]: ...

    @classmethod
    def model_validate(cls, state: Any) -> Self: ...


class Platt(Params):
    """Platt scaling: a line through the log-odds of the scores. Two numbers need few frauds.

    Platt, "Probabilistic Outputs for Support Vector Machines" (1999), with his targets: not 0 and
    1, but what a few more rows of the other class would leave.
    """

    slope: float = Field(ge=0)
    intercept: float

    @classmethod
    def fit(cls, scores: Scores, labels: Labels) -> Self:
        from scipy.optimize import minimize

        frauds = np.count_nonzero(labels)
        others = len(labels) - frauds
        odds = log_odds(scores, nearest=FURTHEST)
        targets = np.where(labels == 1, (frauds + 1) / (frauds + 2), 1 / (others + 2))

        def loss(line: Scores) -> tuple[float, Scores]:
            predicted = line[0] * odds + line[1]
            wrong = expit(predicted) - targets
            losses = np.logaddexp(0, predicted) - targets * predicted
            return float(losses.sum()), np.array([wrong @ odds, wrong.sum()])

        # A falling line would call the safest rows the riskiest.
        found = minimize(loss, [1.0, 0.0], jac=True, bounds=[(0, None), (None, None)])
        return cls(slope=float(found.x[0]), intercept=float(found.x[1]))

    def apply(self, scores: Scores) -> Scores:
        return expit(self.slope * log_odds(scores) + self.intercept)


class Isotonic(Params):
    """Isotonic regression (Zadrozny and Elkan, 2002), linear between its steps.

    It fits any rising shape, given enough frauds; scores on one step become tied.
    """

    scores: tuple[float, ...] = Field(min_length=1)
    probabilities: tuple[float, ...]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        fits = len(self.scores) == len(self.probabilities)
        if not fits or np.any(np.diff(self.scores) < 0) or np.any(np.diff(self.probabilities) < 0):
            message = "scores and probabilities are equally many, and both rise"
            raise ValueError(message)
        return self

    @classmethod
    def fit(cls, scores: Scores, labels: Labels) -> Self:
        from sklearn.isotonic import IsotonicRegression

        steps = IsotonicRegression(y_min=0, y_max=1).fit(scores, labels)
        return cls(
            scores=tuple(map(float, steps.X_thresholds_)),
            probabilities=tuple(map(float, steps.y_thresholds_)),
        )

    def apply(self, scores: Scores) -> Scores:
        between = np.interp(scores, self.scores, self.probabilities)
        probabilities: Scores = np.clip(between, 0.0, 1.0)
        return probabilities


CALIBRATIONS: dict[str, type[Calibration]] = {"platt": Platt, "isotonic": Isotonic}


def fit_calibration(name: str, scores: Scores, labels: Labels) -> Calibration | None:
    """Fit the calibration of this name; "none" gives None."""
    return CALIBRATIONS[name].fit(scores, labels) if name in CALIBRATIONS else None


def calibrated(scores: Scores, calibration: Calibration | None) -> Scores:
    """Return the probabilities; the scores themselves where there is no calibration."""
    return calibration.apply(scores) if calibration else scores


def calibration_from_state(name: str, state: Mapping[str, Any]) -> Calibration | None:
    """Rebuild the calibration, None for "none"; InvalidData for the state of anything else."""
    if name not in CALIBRATIONS:
        return None
    try:
        return CALIBRATIONS[name].model_validate(state)
    except ValidationError as error:
        message = f"This is not the state of the calibration {name}: {error}"
        raise InvalidData(message) from error
