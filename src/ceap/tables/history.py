"""History report: every change of production, entry by entry, drawn for a terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from promotion.audit.history import HistoryRow

SHORT = 12  # characters of an id or a digest, enough to find it again
COLOURS = {"promoted": "green", "rolled back": "yellow", "frozen": "cyan", "repaired": "magenta"}


def history_report(rows: "Sequence[HistoryRow]") -> Group | str:
    """Return every entry, the newest last: what, who, why, and run, notebook, commit, data."""
    if not rows:
        return "Nothing was ever promoted here. To begin: ceap promote --reason … --dry-run"
    return Group(*(_entry(row) for row in rows))


def _entry(row: "HistoryRow") -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    colour = COLOURS.get(row.kind, "bold")
    forced = "  [bold red]FORCED past the gates[/]" if row.forced else ""
    # The headline of a rollback names it; PROMOTE is the verdict of its gates.
    has_news = row.verdict and not (row.kind == "rolled back" and row.verdict == "PROMOTE")
    verdict = f"  {row.verdict}" if has_news else ""
    headline = f"[{colour}]{row.kind}[/]  {row.at:%Y-%m-%d %H:%M:%S} UTC{verdict}{forced}"
    table.add_row(f"[bold]{row.number}", headline)
    for name, value in _facts(row):
        table.add_row(f"[dim]{name}", escape(value))
    table.add_row("", "")
    return table


def _facts(row: "HistoryRow") -> Iterator[tuple[str, str]]:
    agreed = f", {row.approved_by} agreed" if row.approved_by else ""
    yield "who", f"{row.who}{agreed}"
    yield "why", row.reason
    if row.changed:
        yield "what", row.changed
    if row.run_id:
        yield "from", ", ".join(_origin(row))
    if row.promotion_id:
        yield "id", row.promotion_id


def _origin(row: "HistoryRow") -> Iterator[str]:
    of = f" of {row.experiment}" if row.experiment else ""
    yield f"run {(row.run_id or '')[:SHORT]}{of}"
    if row.notebook:
        yield f"notebook {row.notebook}"
    if row.git_commit:
        yield f"commit {row.git_commit[:SHORT]}"
    if row.data_digest:
        yield f"data {row.data or ''} {row.data_digest[:SHORT]}"
