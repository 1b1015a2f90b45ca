"""Evidence tables: the metrics and decisions for and against a plan, read from the plan itself.

A plan is reviewed days later, by people without its models: the evidence that its proposer saw is
stored in the plan.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType

from ceap.tables.data_frame import TerminalTable
from ceap.tables.fitted import FittedTable
from fraud.metrics.names import metric_name

if TYPE_CHECKING:
    from promotion.comparison.churn import Churn
    from promotion.records import Plan

METRICS_TITLE = "On the same test rows (95 % intervals)"
CHURN_TITLE = "Decisions on the last daily batches"
COST = "cost_per_1000"  # the one metric that is money


def evidence_tables(plan: "Plan") -> list[RenderableType]:
    """Return the metrics of both models with their differences, and the decisions of each day.

    The list is empty for a rollback, which compares nothing.
    """
    metrics: list[RenderableType] = (
        [_metrics(plan.evidence)] if "candidate" in plan.evidence else []
    )
    churn = _churn(plan.evidence)
    return metrics + (churn_tables(churn) if churn else [])


def evidence_sentences(plan: "Plan") -> list[str]:
    """Return sentences about the champion, the cost of the change, its flags, and the notes."""
    return list(dict.fromkeys(_sentences(plan.evidence)))  # a note may repeat a sentence


def churn_tables(churn: "Churn") -> list[RenderableType]:
    """Return the days side by side; nothing for a single day, which one sentence describes."""
    if len(churn.days) < 2:
        return []
    table = churn.table().rename(lambda name: name.replace("_", " "))
    return [TerminalTable(table, CHURN_TITLE)]


def _sentences(evidence: Mapping[str, Any]) -> Iterator[str]:
    if origin := evidence.get("champion_origin"):
        yield f"The champion is {origin}."
    if cost := evidence.get("cost_difference_per_1000"):
        value, low, high = (f"{cost[name]:+,.2f}" for name in ("value", "low", "high"))
        yield (f"Per 1,000 transactions it costs {value} ({low} to {high}) against the champion.")
    churn = _churn(evidence)
    if churn and churn.days:
        yield churn.sentence()
    yield from evidence.get("notes", [])


def _metrics(evidence: Mapping[str, Any]) -> FittedTable:
    names = ("metric", "candidate", "champion", "difference")
    table = FittedTable.of(*names, title=METRICS_TITLE)
    old, gaps = evidence.get("champion", {}), dict(evidence.get("differences", {}))
    gaps[COST] = evidence.get("cost_difference_per_1000")
    for name, new in evidence["candidate"].items():
        row = _shown(new, name), _shown(old.get(name), name), _signed(gaps.get(name), name)
        table.add_row(metric_name(name), *row)
    return table


def _shown(kept: Mapping[str, float] | None, metric: str) -> str:
    from fraud.metrics.estimates import Estimate
    from fraud.metrics.formatting import interval

    if not kept:
        return ""
    return interval(Estimate(kept["value"], kept["low"], kept["high"]), _digits(metric))


def _signed(gap: Mapping[str, float] | None, metric: str) -> str:
    digits = _digits(metric)
    if not gap:
        return ""
    return f"{gap['value']:+.{digits}f} ({gap['low']:+.{digits}f} to {gap['high']:+.{digits}f})"


def _digits(metric: str) -> int:
    return 2 if metric == COST else 4


def _churn(evidence: Mapping[str, Any]) -> "Churn | None":
    from promotion.comparison.churn import Churn

    return Churn.model_validate(evidence["churn"]) if evidence.get("churn") else None
