"""Decision threshold: the score from which a transaction is flagged, and whose threshold it is."""

from dataclasses import dataclass

from fraud.data.arrays import Flags, Scores
from fraud.scoring.risk_bands import RiskBands

PARAMETER = "alert.threshold"  # where a person overrides the models' own threshold
FEWEST_DECIMALS, MOST_DECIMALS = 3, 17
TOLD_APART = 0.005  # of the distance to 0 or 1: how far a printed threshold may be from itself


@dataclass(frozen=True)
class DecisionThreshold:
    """The threshold in use: `override` where a person set one, else that of the model.

    `model` is the threshold that was tuned, promoted and deployed with the model. Where no record
    names it (None), and nobody overrides it, the threshold is where the high risk band begins.
    """

    model: float | None
    override: float | None = None
    source: str = PARAMETER  # of the override, for people

    @property
    def value(self) -> float:
        if self.override is not None:
            return self.override
        return RiskBands().high_from if self.model is None else self.model

    @property
    def is_the_models_own(self) -> bool:
        return self.override is None and self.model is not None

    def flags(self, scores: Scores) -> Flags:
        """Return which scores are at or above the threshold, shape (n,)."""
        flagged: Flags = scores >= self.value
        return flagged

    def __str__(self) -> str:
        """Return the threshold and whose it is: "threshold 0.412, the model's own"."""
        used = f"threshold {threshold_text(self.value)}"
        if self.override is not None:
            own = "not recorded" if self.model is None else threshold_text(self.model)
            return f"{used}, set by {self.source}; the model's own is {own}"
        if self.model is None:
            return (
                f"{used}, where high risk begins: endpoint.json did not name the model's own when "
                "the day was scored, and does after the next deployment (ceap run training)"
            )
        return f"{used}, the model's own"


def threshold_text(value: float) -> str:
    """Return a threshold with three decimals, or with more where it lies near 0 or 1."""
    if value > 1:
        return "above 1 (which flags nothing)"
    room = TOLD_APART * min(value, 1 - value)
    for decimals in range(FEWEST_DECIMALS, MOST_DECIMALS):
        text = f"{value:.{decimals}f}"
        if abs(float(text) - value) <= room:
            return text
    return repr(value)
