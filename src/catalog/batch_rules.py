"""Batch rules: what score asks of a day's transactions, for all who count what it would score."""

from datetime import date
from typing import Literal

from pydantic import Field

from foundation.params import Params, read_yaml
from foundation.settings import project_root
from fraud.scoring.day_window import TOLERANCE_HOURS, DayWindow
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import BatchLaws

SCORE_PARAMS = "params/inference/score.yaml"


class BatchRules(Params):
    """The part of score's parameters that decides which transactions of a batch are scored."""

    day_tolerance_hours: float = Field(default=TOLERANCE_HOURS, ge=0, le=24)
    unknown_fields: Literal["ignore", "refuse"] = "ignore"

    def laws(self, columns: ModelColumns, day: date) -> BatchLaws:
        """Return what a transaction of `day` must be for a model of these columns."""
        window = DayWindow(day, self.day_tolerance_hours)
        return BatchLaws(columns, window, refuse_unknown_fields=self.unknown_fields == "refuse")


def read_batch_rules() -> BatchRules:
    """Read the rules in params/inference/score.yaml; InvalidParams names every wrong one."""
    path = project_root() / SCORE_PARAMS
    known = BatchRules.model_fields
    given = {name: value for name, value in read_yaml(path).items() if name in known}
    return BatchRules.checked(given, source=str(path))
