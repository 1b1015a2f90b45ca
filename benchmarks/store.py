"""Store: 10,000 scores into DynamoDB beside a bare multi-threaded batch_write_item loop.

Both write the same number of new items to the same table of a local AWS of their own, in turns.
"""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from benchmarks._local import local_aws
from foundation.aws import client
from foundation.executions import Execution
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from fraud.scoring.risk_bands import RiskBands
from pipeline.services.scores import BATCH, DynamoScoresTable, as_item
from pipeline.store import StoreParams, stored_scores, write_scores

ROWS, ROUNDS = 10_000, 5
TARGET = 0.9  # of the rate of the bare loop
PARAMS = StoreParams()


def main() -> None:
    with local_aws() as settings:
        report(settings)


def report(settings: Settings) -> None:
    bare, ours = [], []
    for number in range(ROUNDS):
        scored = scored_table(number)
        floor, stage = bare_loop(settings, scored), our_writing(settings, scored)
        # The one that goes second may find the machine warmer: they take turns.
        first, second = (floor, stage) if number % 2 else (stage, floor)
        times = {work: seconds(work) for work in (first, second)}
        bare.append(times[floor])
        ours.append(times[stage])
    ratio = statistics.median(b / o for b, o in zip(bare, ours, strict=True))
    print(f"  floor (bare loop, {PARAMS.connections} threads) {ROWS / min(bare):8,.0f} items/s")
    print(f"  store, building its items too  {ROWS / min(ours):8,.0f} items/s")
    verdict = "reached" if ratio >= TARGET else "MISSED"
    print(f"  share of the floor, median of {ROUNDS} {ratio:8.0%}   target {TARGET:.0%}: {verdict}")


def bare_loop(settings: Settings, scored: pl.DataFrame) -> Callable[[], None]:
    """What one would write in a minute, with its requests ready before the clock starts."""
    renamed = scored.with_columns(pl.col("id") + "-bare")
    items = stored_scores(renamed, execution(settings), model_digest="a" * 64, bands=RiskBands())
    requests = [{"PutRequest": {"Item": as_item(item)}} for item in items]
    batches = [requests[start : start + BATCH] for start in range(0, ROWS, BATCH)]
    dynamo: Any = client("dynamodb", settings, connections=PARAMS.connections)

    def write(batch: list[dict[str, Any]]) -> None:
        dynamo.batch_write_item(RequestItems={settings.scores_table: batch})

    def work() -> None:
        with ThreadPoolExecutor(PARAMS.connections) as pool:
            list(pool.map(write, batches))

    return work


def our_writing(settings: Settings, scored: pl.DataFrame) -> Callable[[], None]:
    table = DynamoScoresTable(settings)

    def work() -> None:
        items = stored_scores(scored, execution(settings), model_digest="a" * 64, bands=RiskBands())
        write_scores(table, items, connections=PARAMS.connections, attempts=PARAMS.attempts)

    return work


def execution(settings: Settings) -> Execution:
    return Execution("benchmark", S3ObjectStore(settings), settings, day=date(2026, 11, 21))


def scored_table(number: int) -> pl.DataFrame:
    random = np.random.default_rng(number)
    return pl.DataFrame(
        {
            "id": [f"round-{number}-{row:08d}" for row in range(ROWS)],
            "timestamp": ["2026-11-21T09:30:00Z"] * ROWS,
            "amount": random.lognormal(3, 1, ROWS),
            "category": ["electronics"] * ROWS,
            "fraud_score": random.beta(0.1, 20, ROWS),
            "scoring_timestamp": ["2026-11-22T01:00:00.000Z"] * ROWS,
        }
    )


def seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
