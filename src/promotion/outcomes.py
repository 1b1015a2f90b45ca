"""Promotion outcome: the plan, its status and the evidence, for people and for a pipeline."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from foundation.commands import approve
from promotion.records import Plan, PromotionVerdict

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from promotion.comparison.side_by_side import SideBySide

Status = Literal["planned", "waiting", "promoted", "unchanged"]

LONGEST = 160  # characters of a value in a table


@dataclass(frozen=True)
class Promotion:
    """A plan, its status, and both models side by side (None for a rollback).

    - planned: a dry run; nothing was written.
    - waiting: a second person has to approve.
    - promoted: the configuration is in production.
    - unchanged: production had this configuration already; nothing was written.
    """

    plan: Plan
    status: Status
    side_by_side: "SideBySide | None" = None
    training: str | None = None  # what runs: an ARN, or a command

    @property
    def promotion_id(self) -> str:
        return self.plan.promotion_id

    @property
    def verdict(self) -> PromotionVerdict:
        return self.plan.verdict

    def sentence(self) -> str:
        """Return what happened and what to do next, in a sentence."""
        plan = self.plan
        model = f"{plan.config.algorithm} of run {plan.run.run_id[:12]}"
        if self.status == "unchanged":
            return f"Production trains this {model} already: nothing was written."
        if self.status == "waiting":
            until = f" until {plan.expires_at:%Y-%m-%d %H:%M} UTC" if plan.expires_at else ""
            return (
                f"The plan waits for a second person{until}; production is unchanged. Somebody "
                f"else than {plan.proposed_by}: {approve(plan.promotion_id)}"
            )
        if self.status == "promoted":
            trained = f" Training was started: {self.training}." if self.training else ""
            return f"{plan.promotion_id} is in production: {model}.{trained}"
        return f"{plan.decision}: {self._plan_summary()} Nothing was written; this was a dry run."

    def _plan_summary(self) -> str:
        stopped = [gate.reason for gate in self.plan.gates if gate.verdict != "pass"]
        if stopped:
            return " ".join(stopped)
        return f"all {len(self.plan.gates)} gates pass, {len(self.plan.writes)} writes are planned."

    def gate_table(self) -> "pl.DataFrame":
        """Return one row a gate: its verdict and its reason."""
        import polars as pl

        rows = [(gate.gate, gate.verdict, gate.reason) for gate in self.plan.gates]
        schema = dict.fromkeys(("gate", "verdict", "reason"), pl.String)
        return pl.DataFrame(rows, schema=schema, orient="row")

    def write_table(self) -> "pl.DataFrame":
        """Return one row a write, in the order of the writes: place, old value, new value."""
        import polars as pl

        writes = [] if self.status == "unchanged" else self.plan.writes
        rows = [
            (write.place, write.action, _short(write.old), _short(write.new)) for write in writes
        ]
        schema = dict.fromkeys(("place", "action", "old", "new"), pl.String)
        return pl.DataFrame(rows, schema=schema, orient="row")

    def metric_table(self) -> "pl.DataFrame":
        return self._both_models.metric_table()

    def difference_table(self) -> "pl.DataFrame":
        return self._both_models.difference_table()

    def churn_table(self) -> "pl.DataFrame":
        return self._both_models.churn_table()

    @cached_property
    def plots(self) -> "dict[str, Figure]":
        return self.side_by_side.plots if self.side_by_side else {}

    @property
    def _both_models(self) -> "SideBySide":
        if self.side_by_side is None:
            message = "no two models were compared for this promotion"
            raise ValueError(message)
        return self.side_by_side


def _short(value: str | None) -> str:
    text = "" if value is None else value
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
