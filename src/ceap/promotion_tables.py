"""Promotion tables: plans, outcomes and the history, drawn for a terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Column, Table

from ceap.tables import terminal_table

if TYPE_CHECKING:
    from promotion.outcomes import Promotion
    from promotion.records import Plan
    from promotion.recovery import Recovered
    from promotion.side_by_side import SideBySide
    from promotion.verification import Difference

COLOURS = {"pass": "green", "hold": "yellow", "fail": "bold red"}
VERDICT_COLOURS = {"PROMOTE": "green", "HOLD": "yellow", "REJECT": "red"}


def outcome(promotion: "Promotion") -> Group:
    """What was found, what is written, and what it came to."""
    if promotion.status == "unchanged":
        return Group(verdict(promotion))
    parts: list[RenderableType] = [gate_table(promotion.plan)]
    if promotion.beside is not None:
        metrics = promotion.metric_table()
        parts.append(terminal_table(metrics, "On the same test rows (95 % intervals)"))
        parts += _churn(promotion.beside)
    title = "Written" if promotion.status == "promoted" else "To be written"
    parts.append(terminal_table(promotion.write_table(), title))
    return Group(*parts, verdict(promotion))


def verdict(promotion: "Promotion") -> Panel:
    """What it came to, and in a few sentences why."""
    plan, is_news = promotion.plan, promotion.status != "unchanged"
    colour, word = VERDICT_COLOURS[plan.verdict], plan.verdict
    lines = [f"[bold {colour}]{word}[/]" if is_news else "[bold]UNCHANGED[/]"]
    lines.append(escape(promotion.sentence()))
    if is_news and promotion.beside is not None:
        lines += [escape(promotion.beside.sentence()), *map(escape, promotion.beside.notes())]
    return Panel("\n".join(lines), title=plan.promotion_id, title_align="left")


def _churn(beside: "SideBySide") -> list[RenderableType]:
    """Days beside each other; what there is to say of one day, the verdict says."""
    if len(beside.churn.days) < 2:
        return []
    table = beside.churn_table().rename(lambda name: name.replace("_", " "))
    return [terminal_table(table, "Decisions on the last daily batches")]


def gate_table(plan: "Plan") -> Table:
    table = Table("gate", "verdict", "reason", box=box.SIMPLE_HEAD, pad_edge=False, title="Gates",
                  title_justify="left")  # fmt: skip
    for gate in plan.gates:
        verdict = f"[{COLOURS[gate.verdict]}]{gate.verdict}[/]"
        table.add_row(gate.gate, verdict, escape(gate.reason))
    return table


def waiting_table(plans: "Iterable[Plan]") -> Table:
    table = Table(
        Column("promotion", no_wrap=True), "verdict", "proposed by", "at", "expires", "reason",
        box=box.SIMPLE_HEAD, pad_edge=False,
    )  # fmt: skip
    for plan in plans:
        table.add_row(
            plan.promotion_id,
            plan.verdict,
            escape(plan.proposed_by),
            f"{plan.proposed_at:%Y-%m-%d %H:%M}",
            f"{plan.expires_at:%Y-%m-%d %H:%M}" if plan.expires_at else "never",
            escape(plan.reason),
        )
    return table


def differences_table(differences: "Iterable[Difference]") -> Table:
    table = Table("where", "what", box=box.SIMPLE_HEAD, pad_edge=False)
    for each in differences:
        table.add_row(escape(each.place), escape(each.what))
    return table


def recovered_table(recovered: "Iterable[Recovered]") -> Table:
    table = Table("promotion", "now", "because", box=box.SIMPLE_HEAD, pad_edge=False)
    for each in recovered:
        table.add_row(each.promotion_id, each.outcome, escape(each.why))
    return table
