"""Churn: which decisions about recent transactions change when the model is replaced."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Self

import numpy as np

from catalog.batch_file import BatchFile, parse_batch
from catalog.batch_rules import BatchRules, read_batch_rules
from foundation import locations
from foundation.errors import InvalidData, NotFound
from foundation.executions import Execution, batch_days
from foundation.locations import uri
from foundation.production.threshold_override import ALERT_PARAMS
from foundation.record import Record
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore
from fraud.scoring.decision_threshold import DecisionThreshold, threshold_text
from fraud.scoring.model_columns import ModelColumns
from fraud.scoring.requests import check_transactions

if TYPE_CHECKING:
    import polars as pl

    from fraud.model.fraud_model import FraudModel

NO_DAYS = "No daily batch is stored yet, so nobody knows what would be flagged newly."
COUNTED: dict[str, type[int] | type[float]] = {
    "transactions": int, "set_aside": int, "flagged_before": int, "flagged_after": int,
    "newly_flagged": int, "newly_flagged_amount": float, "released": int, "released_amount": float,
}  # fmt: skip
AMOUNTS = ("newly_flagged_amount", "released_amount")


class Tally(Record):
    """The number of transactions, and the sum of their amounts; None where any has no amount."""

    count: int
    amount: float | None

    @classmethod
    def of(cls, ids: Collection[str], amounts: Mapping[str, float]) -> Self:
        if any(map(math.isnan, amounts.values())):
            return cls(count=len(ids), amount=None)
        # An exact sum: it does not depend on the order of transactions.
        return cls(count=len(ids), amount=math.fsum(amounts[each] for each in ids))


class DayChurn(Record):
    """The decisions of one day before and after a change of model, and their differences.

    Of the `received` transactions, those that either model cannot score are set aside.
    """

    day: date
    received: int
    set_aside: int
    before: Tally
    after: Tally
    newly_flagged: Tally
    released: Tally


class Churn(Record):
    """The churn of every compared day, and why other days were left out.

    `former` describes the model that decided before. `decided_at` are the thresholds that counted,
    in words (records from before have none), and `override` is the one that a person set for all.
    """

    former: str
    decided_at: str = ""
    override: float | None = None
    days: list[DayChurn]
    problems: list[str]

    def total(self, what: str) -> Tally:
        """Return the sum of `before`, `after`, `newly_flagged` or `released` over the days."""
        every: list[Tally] = [getattr(day, what) for day in self.days]
        amounts = [tally.amount for tally in every if tally.amount is not None]
        amount = math.fsum(amounts) if len(amounts) == len(every) else None
        return Tally(count=sum(tally.count for tally in every), amount=amount)

    def sentence(self) -> str:
        """Return what would change for analysts and customers; an empty text without any day."""
        if not self.days:
            return ""
        newly, released = self.total("newly_flagged"), self.total("released")
        scored = sum(day.received - day.set_aside for day in self.days)
        decided = f", {self.decided_at}" if self.decided_at else ""
        days = "the last day" if len(self.days) == 1 else f"the last {len(self.days)} days"
        amounts = ("", "")
        if newly.amount is not None and released.amount is not None:
            amounts = f" (amounts of {newly.amount:,.2f})", f" ({released.amount:,.2f})"
        return (
            f"Of {scored:,} transactions of {days}, {newly.count:,} would be flagged newly"
            f"{amounts[0]} and {released.count:,} released{amounts[1]}: {self.former} flags "
            f"{self.total('before').count:,}, the candidate {self.total('after').count:,}{decided}."
        )

    def table(self) -> "pl.DataFrame":
        """Return one row a day, the newest last, and a row of totals.

        Amounts are left out where a transaction has none.
        """
        import polars as pl

        cells = [_cells(day) for day in self.days]
        rows = [{"day": str(day.day), **each} for day, each in zip(self.days, cells, strict=True)]
        if len(rows) > 1:
            rows.append({"day": "in all", **{name: _sum(cells, name) for name in COUNTED}})
        table = pl.DataFrame(rows, schema={"day": pl.String, **COUNTED})
        unknown = [name for name in AMOUNTS if table.height and table[name].null_count()]
        return table.drop(unknown)


@dataclass(frozen=True)
class DeliveredDay:
    """The batch of a day, and the rules by which production takes or sets aside a transaction."""

    day: date
    batch: BatchFile
    rules: BatchRules = field(default_factory=BatchRules)


@dataclass(frozen=True)
class Decisions:
    """The decisions of a model on a batch: amounts of scored transactions, and flagged ids."""

    amounts: dict[str, float]
    flagged: set[str]

    @classmethod
    def by(cls, model: "FraudModel", delivered: DeliveredDay, override: float | None) -> Self:
        batch, columns = delivered.batch, ModelColumns.of(model)
        laws = delivered.rules.laws(columns, delivered.day)
        incoming = check_transactions(batch.transactions, batch.positions, laws)
        flags = DecisionThreshold(model.threshold, override).flags(
            model.scores(incoming.model_rows())
        )
        flagged = {incoming.ids[position] for position in np.flatnonzero(flags)}
        return cls(dict(zip(incoming.ids, incoming.amounts.tolist(), strict=True)), flagged)


@dataclass(frozen=True)
class PreviousModel:
    """The model that decides until now; None flags nothing. `what` describes it."""

    what: str
    model: "FraudModel | None"


def compute_churn(
    before: PreviousModel,
    after: "FraudModel",
    execution: Execution,
    days: Sequence[date],
    *,
    override: float | None = None,
) -> Churn:
    """Score the batches of these days with both models, and compare the decisions.

    Each model decides at its own threshold, or both at `override`, as the alert stage does. A batch
    that cannot be read is named among the problems, and stops nothing.
    """
    found, problems = [], [] if days else [NO_DAYS]
    rules = read_batch_rules()
    for day in days:
        bucket, key = execution.settings.data_bucket, locations.daily_batch_key(day)
        try:
            batch = parse_batch(execution.read(bucket, key), source=uri(bucket, key))
        except (InvalidData, NotFound) as error:
            problems.append(f"The batch of {day} was left out: {error}")
        else:
            delivered = DeliveredDay(day, batch, rules)
            found.append(day_churn(delivered, before.model, after, override=override))
    decided_at = thresholds_text(before.model, after, override)
    return Churn(
        former=before.what,
        decided_at=decided_at,
        override=override,
        days=found,
        problems=problems,
    )


def thresholds_text(
    before: "FraudModel | None", after: "FraudModel", override: float | None
) -> str:
    """Return at which thresholds the two models decide: "each at its own threshold (…)"."""
    if override is not None:
        return f"at threshold {threshold_text(override)}, set in {ALERT_PARAMS}"
    if before is None:
        return f"at its own threshold, {threshold_text(after.threshold)}"
    own = [threshold_text(model.threshold) for model in (before, after)]
    return f"each at its own threshold ({own[0]} and {own[1]})"


def last_days(count: int, objects: ObjectStore, settings: Settings) -> list[date]:
    """Return the last `count` days with a stored batch, the newest last."""
    days = batch_days(objects, settings)
    return days[max(0, len(days) - count) :]


def day_churn(
    delivered: DeliveredDay,
    before: "FraudModel | None",
    after: "FraudModel",
    *,
    override: float | None = None,
) -> DayChurn:
    """Compare the decisions of two models on the transactions that both can score."""
    now = Decisions.by(after, delivered, override)
    then = Decisions.by(before, delivered, override) if before else Decisions(now.amounts, set())
    both = now.amounts.keys() & then.amounts.keys()
    flagged_then, flagged_now = then.flagged & both, now.flagged & both
    return DayChurn(
        day=delivered.day,
        received=len(delivered.batch.transactions),
        set_aside=len(delivered.batch.transactions) - len(both),
        before=Tally.of(flagged_then, now.amounts),
        after=Tally.of(flagged_now, now.amounts),
        newly_flagged=Tally.of(flagged_now - flagged_then, now.amounts),
        released=Tally.of(flagged_then - flagged_now, now.amounts),
    )


def _sum(cells: Sequence[Mapping[str, float | None]], name: str) -> float | None:
    known = [value for each in cells if (value := each[name]) is not None]
    return round(sum(known), 2) if len(known) == len(cells) else None


def _rounded(amount: float | None) -> float | None:
    return None if amount is None else round(amount, 2)


def _cells(day: DayChurn) -> dict[str, float | None]:
    return {
        "transactions": day.received - day.set_aside,
        "set_aside": day.set_aside,
        "flagged_before": day.before.count,
        "flagged_after": day.after.count,
        "newly_flagged": day.newly_flagged.count,
        "newly_flagged_amount": _rounded(day.newly_flagged.amount),
        "released": day.released.count,
        "released_amount": _rounded(day.released.amount),
    }
