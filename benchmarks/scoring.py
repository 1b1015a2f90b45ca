"""Scoring: 10,000 rows through the endpoint beside XGBoost's bare inplace_predict on their CSV.

The floor parses the same bytes with polars and predicts, in one process. Ours writes the CSV, signs
it, sends it over HTTP to the local SageMaker, which passes it on to the container, which parses,
checks, predicts and answers; then every answer is checked. They take turns.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from benchmarks._endpoint import COLUMNS, NAME, ROWS, Served, served_model
from pipeline.score import ScoreParams
from pipeline.scoring import csv_of, score_rows

ROUNDS = 15
TARGET_SHARE = 0.30  # of the rows/s of the floor
TARGET_SECONDS = 1.0  # for 10,000 rows
PARAMS = ScoreParams()


def main() -> None:
    with served_model() as served:
        report(served)


def report(served: Served) -> None:
    floor, ours = bare(served), through_endpoint(served)
    for warm_up in (floor, ours):
        warm_up()
    times = [(seconds(floor), seconds(ours)) for _ in range(ROUNDS)]
    bare_time, our_time = (statistics.median(column) for column in zip(*times, strict=True))
    share = statistics.median(b / o for b, o in times)
    print(f"  floor (parse the CSV, inplace_predict) {ROWS / bare_time:9,.0f} rows/s")
    print(
        f"  through the endpoint                   {ROWS / our_time:9,.0f} rows/s, "
        f"{PARAMS.batch_rows} rows a batch, {PARAMS.connections} connections"
    )
    print(
        f"  ratio ours/floor, median of {ROUNDS}         {share:9.2f} target {TARGET_SHARE:.2f}: "
        f"{'PASS' if share >= TARGET_SHARE else 'BELOW'}"
    )
    print(
        f"  {ROWS:,} rows                            {our_time:9.3f} s, target "
        f"{TARGET_SECONDS:g}: {'PASS' if our_time <= TARGET_SECONDS else 'ABOVE'} "
        f"(slowest {max(our for _, our in times):.3f} s)"
    )


def bare(served: Served) -> Callable[[], None]:
    import xgboost

    booster = xgboost.Booster()
    booster.load_model(bytearray(served.model.to_files()["model.ubj"]))
    body, schema = csv_of(served.rows, COLUMNS), dict.fromkeys(COLUMNS, pl.Float64)

    def work() -> None:
        scores = booster.inplace_predict(pl.read_csv(body, schema=schema).to_numpy())
        assert len(scores) == ROWS

    return work


def through_endpoint(served: Served) -> Callable[[], None]:
    expected = served.model.scores(served.rows)

    def work() -> None:
        scored = score_rows(
            served.endpoints,
            NAME,
            served.rows,
            COLUMNS,
            batch_rows=PARAMS.batch_rows,
            connections=PARAMS.connections,
            attempts=PARAMS.attempts,
        )
        assert np.array_equal(scored.scores, expected)

    return work


def seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
