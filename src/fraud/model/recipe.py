"""Recipe: feature steps, imbalance strategy, calibration and bagging of a model."""

from typing import Literal, Self

from pydantic import Field, model_validator

from foundation.params import Params
from fraud.features.steps import AnyStep

Imbalance = Literal["weights", "none", "undersample", "smote"]


class Recipe(Params):
    """The choices of a model besides its algorithm and hyperparameters.

    `imbalance` is the algorithm's own `scale_pos_weight` ("weights"), or one of three that replace
    it: nothing ("none"), fewer legitimate training rows ("undersample"), or more frauds, drawn
    between those that there are ("smote"). The latter two change how frequent fraud is, so their
    scores are too high for probabilities, as those of heavy weights are; `calibration` on the
    validation rows, which are not resampled, corrects that. Several `bags` (`fraud.model.bagging`)
    take as many times as long to fit, and to score with.
    """

    features: tuple[AnyStep, ...] = ()
    imbalance: Imbalance = "weights"
    undersample_ratio: float = Field(default=100.0, ge=1, le=1e6)  # legitimate rows kept a fraud
    smote_ratio: float = Field(default=100.0, ge=1, le=1e6)  # legitimate rows a fraud, afterwards
    calibration: Literal["none", "isotonic", "platt"] = "none"
    bags: int = Field(default=1, ge=1, le=20, exclude_if=lambda bags: bags == 1)

    @model_validator(mode="after")
    def _adds_no_columns_twice(self) -> Self:
        names = [step.name for step in self.features]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            message = f"a feature step is taken once, but repeated: {', '.join(repeated)}"
            raise ValueError(message)
        return self


PLAIN = Recipe()
