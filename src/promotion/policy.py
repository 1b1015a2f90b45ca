"""Promotion policy: the requirements that a candidate has to meet to go to production."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from foundation.params import Params
from foundation.settings import project_root
from fraud.metrics.costs import Costs

if TYPE_CHECKING:
    from promotion.candidates.candidate import Candidate

Metric = Literal["average_precision", "roc_auc", "recall_at_1pct_fpr", "recall_at_01pct_fpr"]


class CalibrationRules(Params):
    """Maximum calibration error of the scores; 1 turns it off."""

    maximum_calibration_error: float = Field(default=0.01, ge=0, le=1)


class Budgets(Params):
    """Maximum latency to score one transaction, and maximum size of the model files."""

    maximum_p99_milliseconds: float = Field(default=50.0, gt=0)
    maximum_bytes: int = Field(default=50_000_000, ge=1)


class LeakageRules(Params):
    """Whether a leakage report is required, and which of its warnings do not block."""

    require_report: bool = True
    may_warn: tuple[str, ...] = ()


class LineageRules(Params):
    """Requirements on what a model was made from."""

    require_clean_tree: bool = True
    simulated_data: Literal["like_the_champion", "never"] = "like_the_champion"


class ChampionTest(Params):
    """The statistical test of a challenger against the champion, and its significance."""

    metric: Metric = "average_precision"
    test: Literal["superiority", "non_inferiority"] = "superiority"
    margin: float = Field(default=0.01, ge=0, lt=1)
    significance: float = Field(default=0.05, gt=0, lt=0.5)
    resamples: int = Field(default=2000, ge=100, le=100_000)
    seed: int = Field(default=42, ge=0, lt=2**31)
    count_trials: bool = False


class ChurnRules(Params):
    """The number of stored daily batches on which the decisions of both models are compared."""

    days: int = Field(default=7, ge=0, le=366)


class ApprovalRules(Params):
    """Whether a second person has to approve, and how long a plan waits for it."""

    second_person: bool = False
    rollbacks: bool = False
    expires_hours: float = Field(default=72.0, gt=0, le=24 * 366)


class AutomationRules(Params):
    """Whether a scheduled tuning may promote its result without a person."""

    promote_by_itself: bool = False


class Policy(Params):
    """The contents of `params/promotion/policy.yaml`; what it leaves out has these defaults."""

    alerts_per_day: int = Field(default=100, ge=1)
    minimum_times_guessing: float = Field(default=3.0, ge=1)
    calibration: CalibrationRules = CalibrationRules()
    budgets: Budgets = Budgets()
    leakage: LeakageRules = LeakageRules()
    lineage: LineageRules = LineageRules()
    champion: ChampionTest = ChampionTest()
    costs: Costs = Costs()
    churn: ChurnRules = ChurnRules()
    approval: ApprovalRules = ApprovalRules()
    automatic: AutomationRules = AutomationRules()


def read_policy(path: Path | None = None) -> Policy:
    """Read the policy of this project; InvalidParams lists every problem of the file."""
    return Policy.from_yaml(path or project_root() / "params" / "promotion" / "policy.yaml")


def candidates_considered(candidate: "Candidate", policy: Policy) -> int:
    """Return the number of candidates that the p-value on the test rows is corrected for.

    Trials that were evaluated on folds of development rows do not count, unless `count_trials` is
    set: no test row took part in their choice.
    """
    return candidate.test_set_evaluations * (
        candidate.trials if policy.champion.count_trials else 1
    )
