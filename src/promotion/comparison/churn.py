"""Churn: which decisions about the last days' transactions another model would turn round."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Self

import numpy as np

from catalog.batch_file import BatchFile, parse_batch
from foundation import locations
from foundation.errors import InvalidData, NotFound
from foundation.executions import Execution, batch_days
from foundation.locations import uri
from foundation.record import Record
from foundation.settings import Settings
from foundation.stores.object_store import ObjectStore
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


class Tally(Record):
    """How many transactions, and what they amount to."""

    count: int
    amount: float

    @classmethod
    def of(cls, ids: Collection[str], amounts: Mapping[str, float]) -> Self:
        # Added up exactly: the order of transactions decides nothing.
        return cls(count=len(ids), amount=math.fsum(amounts[each] for each in ids))


class DayChurn(Record):
    """One day: what was flagged before, what would be now, and what changes between the two.

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
    """Every day that was looked at, and what could not be; `former` decided before, in words."""

    former: str
    days: list[DayChurn]
    problems: list[str]

    def total(self, what: str) -> Tally:
        """Add up `before`, `after`, `newly_flagged` or `released` over the days."""
        every: list[Tally] = [getattr(day, what) for day in self.days]
        amount = math.fsum(tally.amount for tally in every)
        return Tally(count=sum(tally.count for tally in every), amount=amount)

    def sentence(self) -> str:
        """Say what would change for the analysts and for customers; of no day, nothing."""
        if not self.days:
            return ""
        newly, released = self.total("newly_flagged"), self.total("released")
        scored = sum(day.received - day.set_aside for day in self.days)
        days = "the last day" if len(self.days) == 1 else f"the last {len(self.days)} days"
        return (
            f"Of {scored:,} transactions of {days}, {newly.count:,} would be flagged newly "
            f"(amounts of {newly.amount:,.2f}) and {released.count:,} released "
            f"({released.amount:,.2f}): {self.former} flags {self.total('before').count:,}, the "
            f"candidate {self.total('after').count:,}."
        )

    def table(self) -> "pl.DataFrame":
        """One row a day, the newest last, and one for all."""
        import polars as pl

        cells = [_cells(day) for day in self.days]
        rows = [{"day": str(day.day), **each} for day, each in zip(self.days, cells, strict=True)]
        if len(rows) > 1:
            totals = {name: round(sum(each[name] for each in cells), 2) for name in COUNTED}
            rows.append({"day": "in all", **totals})
        return pl.DataFrame(rows, schema={"day": pl.String, **COUNTED})


@dataclass(frozen=True)
class Decisions:
    """What a model can score of a batch: the amount of each transaction, and which it flags."""

    amounts: dict[str, float]
    flagged: set[str]

    @classmethod
    def by(cls, model: "FraudModel", batch: BatchFile) -> Self:
        columns = ModelColumns.of(model)
        incoming = check_transactions(batch.transactions, batch.positions, columns)
        scores = model.scores(incoming.model_rows())
        flagged = {incoming.ids[position] for position in np.flatnonzero(scores >= model.threshold)}
        return cls(dict(zip(incoming.ids, incoming.amounts.tolist(), strict=True)), flagged)


@dataclass(frozen=True)
class PreviousModel:
    """What decides until now; without a model, nothing is flagged."""

    what: str
    model: "FraudModel | None"


def compute_churn(
    before: PreviousModel, after: "FraudModel", execution: Execution, days: Sequence[date]
) -> Churn:
    """Score the batches of these days by both models.

    A batch that cannot be read is named among the problems, and holds up nothing.
    """
    found, problems = [], [] if days else [NO_DAYS]
    for day in days:
        bucket, key = execution.settings.data_bucket, locations.daily_batch_key(day)
        try:
            batch = parse_batch(execution.read(bucket, key), source=uri(bucket, key))
        except (InvalidData, NotFound) as error:
            problems.append(f"The batch of {day} was left out: {error}")
        else:
            found.append(day_churn(day, batch, before.model, after))
    return Churn(former=before.what, days=found, problems=problems)


def last_days(count: int, objects: ObjectStore, settings: Settings) -> list[date]:
    """The last `count` days that a batch is stored of, the newest last."""
    days = batch_days(objects, settings)
    return days[max(0, len(days) - count) :]


def day_churn(
    day: date, batch: BatchFile, before: "FraudModel | None", after: "FraudModel"
) -> DayChurn:
    """Compare the decisions of two models about the transactions that both can score."""
    now = Decisions.by(after, batch)
    then = Decisions.by(before, batch) if before else Decisions(now.amounts, set())
    both = now.amounts.keys() & then.amounts.keys()
    flagged_then, flagged_now = then.flagged & both, now.flagged & both
    return DayChurn(
        day=day,
        received=len(batch.transactions),
        set_aside=len(batch.transactions) - len(both),
        before=Tally.of(flagged_then, now.amounts),
        after=Tally.of(flagged_now, now.amounts),
        newly_flagged=Tally.of(flagged_now - flagged_then, now.amounts),
        released=Tally.of(flagged_then - flagged_now, now.amounts),
    )


def _cells(day: DayChurn) -> dict[str, float]:
    return {
        "transactions": day.received - day.set_aside,
        "set_aside": day.set_aside,
        "flagged_before": day.before.count,
        "flagged_after": day.after.count,
        "newly_flagged": day.newly_flagged.count,
        "newly_flagged_amount": round(day.newly_flagged.amount, 2),
        "released": day.released.count,
        "released_amount": round(day.released.amount, 2),
    }
