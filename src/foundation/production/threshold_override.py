"""Threshold override: the fraud score that a person set in place of the models' own threshold."""

from pydantic import Field

from foundation.params import Params, read_yaml
from foundation.settings import project_root

ALERT_PARAMS = "params/inference/alert.yaml"


class ThresholdOverride(Params):
    """The threshold from which to alert; None is that of the model that scored the day."""

    threshold: float | None = Field(default=None, ge=0, le=1)


def read_threshold_override() -> float | None:
    """Read `threshold` of params/inference/alert.yaml; InvalidParams for anything but a score."""
    path = project_root() / ALERT_PARAMS
    given = {name: value for name, value in read_yaml(path).items() if name == "threshold"}
    return ThresholdOverride.checked(given, source=str(path)).threshold
