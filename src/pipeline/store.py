"""Store: writes every score of the day to the DynamoDB table of scores."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

import polars as pl
from pydantic import BaseModel, Field

from foundation.errors import NotFound, Unavailable
from foundation.executions import Execution
from foundation.params import Params
from fraud.scoring.risk_bands import BandCount, RiskBands
from pipeline.inference.scored import ScoreOutput, average_score, read_scored
from pipeline.inference.threshold import planned_override, threshold_of_day
from pipeline.services.scores import BATCH, ScoresTable, StoredScore

STAGE = "store"
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 5.0


class StoreParams(Params):
    """How to write to the table, and where risk bands begin."""

    connections: int = Field(default=8, ge=1, le=32)
    attempts: int = Field(default=8, ge=1, le=20)
    high_risk_from: float = Field(default=0.8, ge=0, le=1)
    medium_risk_from: float = Field(default=0.5, ge=0, le=1)

    @property
    def bands(self) -> RiskBands:
        """The risk bands of these limits."""
        return RiskBands(high_from=self.high_risk_from, medium_from=self.medium_risk_from)


class StoreOutput(BaseModel):
    """Counts of the scores that were stored; all are 0 on a day without transactions."""

    day: date
    stored: int
    flagged: int | None = None  # at or above the threshold; None in records from before
    threshold: float | None = None
    threshold_note: str = ""  # the threshold in words, and whose it is
    bands: dict[str, BandCount]
    average_score: float
    seconds: float

    def band_table(self) -> pl.DataFrame:
        """Return count and share of each risk band."""
        return pl.DataFrame(
            [{"band": band, **counted.model_dump()} for band, counted in self.bands.items()]
        )


class Leftover(NamedTuple):
    """The items of a batch that remain unwritten, and the cause."""

    items: list[StoredScore]
    cause: str


def store(execution: Execution, params: StoreParams, table: ScoresTable) -> StoreOutput:
    """Write the day's scores to the table.

    Writing again replaces the same items, so a stopped attempt is simply repeated.

    Raises:
        NotFound: There is no table; nothing was stored.
        Unavailable: The table stayed too busy; the message counts the items that remain.
    """
    started = execution.now()
    scored = read_scored(execution)
    by = execution.result("score", ScoreOutput)
    threshold = threshold_of_day(by, planned_override(execution))
    items = stored_scores(scored, execution, model_digest=by.model_digest, bands=params.bands)
    write_scores(table, items, connections=params.connections, attempts=params.attempts)
    scores = scored["fraud_score"].to_numpy()
    return execution.finish(
        STAGE,
        StoreOutput(
            day=execution.day,
            stored=len(items),
            flagged=int(threshold.flags(scores).sum()),
            threshold=threshold.value,
            threshold_note=str(threshold),
            bands=params.bands.counts(scores),
            average_score=average_score(scores),
            seconds=round((execution.now() - started).total_seconds(), 3),
        ),
    )


def stored_scores(
    scored: pl.DataFrame, execution: Execution, *, model_digest: str, bands: RiskBands
) -> list[StoredScore]:
    """Return one table item for each scored transaction."""
    day, names = str(execution.day), bands.of(scored["fraud_score"].to_numpy())
    columns = ["id", "timestamp", "fraud_score", "amount", "category", "scoring_timestamp"]
    return [
        StoredScore(
            transaction_id=transaction,
            timestamp=timestamp,
            batch_date=day,
            fraud_score=fraud_score,
            risk_band=band,
            amount=amount,
            category=category,
            model_digest=model_digest,
            execution_id=execution.id,
            scoring_timestamp=scored_at,
        )
        for (transaction, timestamp, fraud_score, amount, category, scored_at), band in zip(
            scored.select(columns).iter_rows(), names, strict=True
        )
    ]


def write_scores(
    table: ScoresTable,
    items: list[StoredScore],
    *,
    connections: int,
    attempts: int,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Write all items, 25 a request, over parallel connections; raises as `store` does."""
    given_up = threading.Event()

    def write(batch: list[StoredScore]) -> Leftover:
        if given_up.is_set():
            return Leftover(batch, "")
        try:
            leftover = write_batch(table, batch, attempts, pause=pause)
        except BaseException:
            given_up.set()
            raise
        if leftover.items:
            given_up.set()  # more load would only slow a busy table down
        return leftover

    with ThreadPoolExecutor(connections) as pool, explain_missing_table():
        batches = (items[start : start + BATCH] for start in range(0, len(items), BATCH))
        leftovers = list(pool.map(write, batches))
    require_all_written(leftovers, len(items), connections)


def write_batch(
    table: ScoresTable,
    batch: list[StoredScore],
    attempts: int,
    *,
    pause: Callable[[float], None] = time.sleep,
) -> Leftover:
    """Write a batch with exponential back-off; return what is still unwritten."""
    left = batch
    for attempt, wait in enumerate(pauses(attempts)):
        if attempt:
            pause(wait)
        try:
            left = table.write(left)
        except Unavailable as error:  # the client has tried again already, with its own pauses
            return Leftover(left, str(error))
        if not left:
            break
    return Leftover(left, f"it had no time for them in {attempts} attempts")


def pauses(count: int) -> Iterator[float]:
    """Yield pauses in seconds: exponential back-off with full jitter, which spreads writers out."""
    for attempt in range(count):
        yield random.uniform(0, min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt))


@contextmanager
def explain_missing_table() -> Iterator[None]:
    """Add to NotFound how the table is created."""
    try:
        yield
    except NotFound as error:
        message = (
            f"The scores have no table to go to. ({error}) Locally: ceap aws up makes it; on AWS "
            "it is made by the infrastructure's deployment. Nothing was stored."
        )
        raise NotFound(message) from error


def require_all_written(leftovers: list[Leftover], total: int, connections: int) -> None:
    """Raise Unavailable when any of `total` items is left unwritten."""
    left = sum(len(leftover.items) for leftover in leftovers)
    if not left:
        return
    cause = next(leftover.cause for leftover in leftovers if leftover.items and leftover.cause)
    less = f"lower connections ({connections}) or " if connections > 1 else ""
    message = (
        f"{left:,} of {total:,} scores are not stored: {cause}. Run the stage again: "
        f"it repeats the others harmlessly. If the table is too busy, {less}raise attempts in "
        "params/inference/store.yaml."
    )
    raise Unavailable(message)
