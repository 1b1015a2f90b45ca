"""Promotion tables: plans, gates, outcomes and differences, drawn for a terminal."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel

from ceap.tables.data_frame import TerminalTable
from ceap.tables.evidence import (
    METRICS_TITLE,
    churn_tables,
    evidence_sentences,
    evidence_tables,
)
from ceap.tables.fitted import Field, FittedTable

if TYPE_CHECKING:
    from promotion.outcomes import Promotion
    from promotion.protocol.recovery import Recovered
    from promotion.records import Plan
    from promotion.verify.verification import Difference

COLOURS = {"pass": "green", "hold": "yellow", "fail": "bold red"}
VERDICT_COLOURS = {"PROMOTE": "green", "HOLD": "yellow", "REJECT": "red"}


def outcome_report(promotion: "Promotion") -> Group:
    """Return the gates, the evidence, the writes and the verdict."""
    if promotion.status == "unchanged":
        return Group(verdict_panel(promotion))
    parts: list[RenderableType] = [gate_table(promotion.plan), *_evidence(promotion)]
    title = "Written" if promotion.status == "promoted" else "To be written"
    parts.append(TerminalTable(promotion.write_table(), title))
    return Group(*parts, verdict_panel(promotion))


def verdict_panel(promotion: "Promotion") -> Panel:
    """Return the decision, and its reasons in a few sentences."""
    plan, is_news = promotion.plan, promotion.status != "unchanged"
    colour, word = VERDICT_COLOURS[plan.verdict], plan.decision
    lines = [f"[bold {colour}]{word}[/]{_forced(promotion)}" if is_news else "[bold]UNCHANGED[/]"]
    sentences = [promotion.sentence(), *(_why(promotion) if is_news else [])]
    lines += map(escape, sentences)
    return Panel("\n".join(lines), title=plan.promotion_id, title_align="left")


def _forced(promotion: "Promotion") -> str:
    """Return who forced a promotion that the gates did not let through; nothing for others."""
    plan = promotion.plan
    if promotion.status != "promoted" or not plan.forced:
        return ""
    return escape(f", and forced all the same: approved by {plan.approved_by}")


def _evidence(promotion: "Promotion") -> list[RenderableType]:
    """Return both models side by side; of a stored plan, the evidence in it."""
    if promotion.side_by_side is None:
        return evidence_tables(promotion.plan)
    metrics = TerminalTable(promotion.metric_table(), METRICS_TITLE)
    return [metrics, *churn_tables(promotion.side_by_side.churn)]


def _why(promotion: "Promotion") -> Iterator[str]:
    """Yield how the candidate was selected, who asks for it, and the evidence."""
    plan, side_by_side = promotion.plan, promotion.side_by_side
    if picked := plan.evidence.get("picked"):
        yield f"The candidate is {picked}."
    if promotion.status == "waiting":
        forced = ", past the gates" if plan.forced else ""
        yield f"{plan.proposed_by} asks for it{forced}: {plan.reason}"
    if side_by_side is None:
        yield from evidence_sentences(plan)
    else:
        yield side_by_side.sentence()
        yield from side_by_side.notes()


def gate_table(plan: "Plan") -> FittedTable:
    gate = Field("gate", on_one_line=True)
    table = FittedTable.of(gate, Field("verdict", on_one_line=True), "reason", title="Gates")
    for each in plan.gates:
        verdict = f"[{COLOURS[each.verdict]}]{each.verdict}[/]"
        table.add_row(escape(each.gate), verdict, escape(each.reason))
    return table


def waiting_table(plans: "Iterable[Plan]") -> FittedTable:
    name = Field("promotion", on_one_line=True)  # to be copied whole
    table = FittedTable.of(name, "verdict", "reason", "proposed by", "at", "expires")
    for plan in plans:
        table.add_row(
            plan.promotion_id,
            plan.decision,
            escape(plan.reason),
            escape(plan.proposed_by),
            f"{plan.proposed_at:%Y-%m-%d %H:%M}",
            f"{plan.expires_at:%Y-%m-%d %H:%M}" if plan.expires_at else "never",
        )
    return table


def differences_table(differences: "Iterable[Difference]") -> FittedTable:
    table = FittedTable.of("where", "what")
    for each in differences:
        table.add_row(escape(each.place), escape(each.what))
    return table


def recovered_table(recovered: "Iterable[Recovered]") -> FittedTable:
    table = FittedTable.of(Field("promotion", on_one_line=True), "now", "because")
    for each in recovered:
        table.add_row(each.promotion_id, each.outcome, escape(each.why))
    return table
