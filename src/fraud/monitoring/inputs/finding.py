"""Input finding: whether a column's values of a day are as usual, and what is probably wrong."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from foundation.params import Params
from fraud.monitoring.finding import DriftVerdict

InputRule = Literal["missing", "unknown", "constant", "outside", "stability"]
TRAINING = "training"
Against = Literal["training", "last days"]


class InputRules(Params):
    """The thresholds of drift of inputs. A change also has to be beyond what chance explains.

    Shares change by an absolute difference. `input_false_alarms` is the share of steady days on
    which any rule finds drift in any column: it is divided among all of them (Holm, 1979).
    """

    missing_change: float = Field(default=0.05, gt=0, lt=1)
    unknown_change: float = Field(default=0.02, gt=0, lt=1)
    outside_change: float = Field(default=0.02, gt=0, lt=1)
    input_stability_index: float = Field(default=0.25, gt=0)
    input_false_alarms: float = Field(default=0.01, gt=0, lt=0.5)


class InputEvidence(BaseModel):
    """The result of one rule against one baseline. `size` is in thresholds: drift begins above 1.

    `observed` and `usual` are shares of transactions; of the rule "stability" they are the
    population stability index, and 0.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: InputRule
    against: Against
    observed: float
    usual: float
    size: float
    p_value: float


class InputFinding(BaseModel):
    """The result of all rules for one column. `evidence` has those that find drift, worst first.

    `size` is the largest of all rules, in thresholds; None where there is nothing to compare with.
    What differs from training as it did on the last days is `lasting`, and no drift of this day.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    verdict: DriftVerdict
    sentence: str
    size: float | None = None
    evidence: list[InputEvidence] = []
    lasting: bool = False
