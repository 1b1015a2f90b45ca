"""History: who put what in production, when, why, and from which run."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from foundation import locations
from foundation.record import Record
from foundation.wording import counted
from promotion.audit.trail import AuditEntry, AuditEvent, AuditTrail
from promotion.production import ProductionSession
from promotion.records import Write

if TYPE_CHECKING:
    import polars as pl


class HistoryRow(Record):
    """One history entry, as a row of a table."""

    number: int
    at: datetime
    kind: str
    who: str
    approved_by: str | None
    forced: bool
    verdict: str | None
    reason: str
    changed: str
    run_id: str | None
    experiment: str | None
    notebook: str | None
    git_commit: str | None
    data: str | None
    data_digest: str | None
    promotion_id: str | None


def history(production: ProductionSession, *, limit: int | None = None) -> list[HistoryRow]:
    """Read the newest `limit` entries, or all, in order of their numbers: the newest is the last.

    Whether they are what was written is checked by `ceap promotion verify`, not here.
    """
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    return history_rows(trail.entries(limit=limit))


def history_table(production: ProductionSession, *, limit: int | None = None) -> "pl.DataFrame":
    """Read the same entries as a table, one row an entry."""
    import polars as pl

    rows = [row.model_dump() for row in history(production, limit=limit)]
    return pl.DataFrame(rows, schema=_schema())


def history_rows(entries: Iterable[AuditEntry]) -> list[HistoryRow]:
    """Return one row for each entry."""
    return [_row(entry) for entry in entries]


def changed(event: AuditEvent) -> str:
    """Return what an event changed, in brief: "random_forest → xgboost, 12 hyperparameters"."""
    restores = event.details.get("restores")
    written = sum(locations.HYPERPARAMETERS in change.place for change in event.changes)
    parts = [
        _algorithm(event.changes),
        counted(written, "hyperparameter") if written else "",
        f"as in {restores}" if restores else "",
    ]
    text = ", ".join(part for part in parts if part)
    return text or (counted(len(event.changes), "place") if event.changes else "")


def _row(entry: AuditEntry) -> HistoryRow:
    event = entry.event
    names = ("run_id", "experiment", "notebook", "git_commit", "data", "data_digest")
    return HistoryRow(
        number=entry.number,
        at=event.at,
        kind=event.kind,
        who=event.who,
        approved_by=event.approved_by,
        forced=event.forced,
        verdict=event.verdict,
        reason=event.reason,
        changed=changed(event),
        promotion_id=event.promotion_id,
        **{name: event.run.get(name) for name in names},
    )


def _algorithm(changes: Sequence[Write]) -> str:
    """Return the algorithms before and after, as the write of the configuration names them."""
    for write in changes:
        if write.place.endswith(f"/{locations.PRODUCTION_CONFIG}"):
            old, new = _first_word(write.old), _first_word(write.new)
            return new if old in ("", new) else f"{old} → {new}"
    return ""


def _first_word(described: str | None) -> str:
    return (described or "").partition(",")[0]


def _schema() -> "dict[str, pl.DataType | type[pl.DataType]]":
    import polars as pl

    kinds: dict[str, pl.DataType | type[pl.DataType]] = {
        "number": pl.Int64,
        "at": pl.Datetime("us", "UTC"),
        "forced": pl.Boolean,
    }
    return {name: kinds.get(name, pl.String) for name in HistoryRow.model_fields}
