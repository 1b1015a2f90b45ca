"""Policy: what a candidate has to be before it may go to production."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from foundation.params import Params
from foundation.settings import project_root
from fraud.metrics.costs import Costs

if TYPE_CHECKING:
    from promotion.candidates.candidate import Candidate

Metric = Literal["average_precision", "roc_auc", "recall_at_1pct_fpr", "recall_at_01pct_fpr"]


class Floors(Params):
    """What the metrics on the test rows have to be at least; 0 sets no bar."""

    minimum_accuracy: float = Field(default=0.90, ge=0, le=1)
    minimum_average_precision: float = Field(default=0.70, ge=0, le=1)
    minimum_recall_at_1pct_fpr: float = Field(default=0.75, ge=0, le=1)

    def by_metric(self) -> dict[str, float]:
        """The bars that are set, by the name of their metric."""
        bars = {name.removeprefix("minimum_"): bar for name, bar in self}
        return {metric: bar for metric, bar in bars.items() if bar}


class Calibration(Params):
    """How far scores may be from probabilities; 1 sets no bar."""

    maximum_calibration_error: float = Field(default=0.01, ge=0, le=1)


class Budgets(Params):
    """What a model may cost production to score one transaction with, and to keep."""

    maximum_p99_milliseconds: float = Field(default=50.0, gt=0)
    maximum_bytes: int = Field(default=50_000_000, ge=1)


class Leakage(Params):
    """Whether a leakage report is needed, and which of its warnings do not block."""

    require_report: bool = True
    may_warn: tuple[str, ...] = ()


class LineageRules(Params):
    """What a model may be made from."""

    require_clean_tree: bool = True
    simulated_data: Literal["like_the_champion", "never"] = "like_the_champion"


class ChampionTest(Params):
    """How a challenger is compared with the champion, and how sure that has to be."""

    metric: Metric = "average_precision"
    test: Literal["superiority", "non_inferiority"] = "superiority"
    margin: float = Field(default=0.01, ge=0, lt=1)
    significance: float = Field(default=0.05, gt=0, lt=0.5)
    resamples: int = Field(default=2000, ge=100, le=100_000)
    seed: int = Field(default=42, ge=0, lt=2**31)
    count_trials: bool = False


class ChurnRules(Params):
    """Over how many stored daily batches the decisions of both models are compared."""

    days: int = Field(default=7, ge=0, le=366)


class ApprovalRules(Params):
    """Whether a second person has to agree, and for how long a plan waits for one."""

    second_person: bool = False
    rollbacks: bool = False
    expires_hours: float = Field(default=72.0, gt=0, le=24 * 366)


class Automatic(Params):
    """What a scheduled tuning may do with what it found."""

    promote_by_itself: bool = False


class Policy(Params):
    """The contents of `params/promotion/policy.yaml`; what is not named there is as it is here."""

    alerts_per_day: int = Field(default=100, ge=1)
    floors: Floors = Floors()
    calibration: Calibration = Calibration()
    budgets: Budgets = Budgets()
    leakage: Leakage = Leakage()
    lineage: LineageRules = LineageRules()
    champion: ChampionTest = ChampionTest()
    costs: Costs = Costs()
    churn: ChurnRules = ChurnRules()
    approval: ApprovalRules = ApprovalRules()
    automatic: Automatic = Automatic()


def read_policy(path: Path | None = None) -> Policy:
    """Read the policy of this project; InvalidParams lists everything that is wrong with it."""
    return Policy.from_yaml(path or project_root() / "params" / "promotion" / "policy.yaml")


def candidates_considered(candidate: "Candidate", policy: Policy) -> int:
    """Say for how many tries the p-value on the test rows is corrected.

    Trials that were judged on folds of development rows are no tries on the test rows.
    """
    return candidate.test_set_evaluations * (
        candidate.trials if policy.champion.count_trials else 1
    )
