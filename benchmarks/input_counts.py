"""Input counts: what counting the inputs of 10,000 transactions adds to the stage score.

The floor is the same stage without it, through the same endpoint of a local AWS. Counting reads the
reference of the model, sorts every column, and writes its counts, while the endpoint answers. Both
take turns; the processor time is that of this process alone, without the endpoint.
"""

import statistics
import time
from collections.abc import Callable

import orjson

from benchmarks._local import local_aws
from benchmarks.score import COLUMNS, DAY, ROWS, delivered, deployed
from catalog.model_archive import INPUTS
from foundation import locations
from foundation.digests import digest_of_bytes
from foundation.executions import Execution
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from fraud.monitoring.inputs.summaries import column_kinds, summaries
from fraud.monitoring.inputs.summary import InputReference
from fraud.scoring.requests import check_transactions
from fraud.simulation.creditcard import creditcard_like
from pipeline.inference.rejected import REJECTED, rejected_json
from pipeline.inference.scored import STAGE, ScoreOutput, scored_table, write_scored
from pipeline.inference.transactions import transactions_table, write_transactions
from pipeline.score import ScoreParams, read_daily_batch, read_serving_endpoint, score
from pipeline.scoring import score_rows
from pipeline.services.endpoints import Endpoints, SageMakerEndpoints

ROUNDS = 25
TARGET_SHARE = 0.05
PARAMS = ScoreParams()


def main() -> None:
    with local_aws() as settings:
        report(settings)


def report(settings: Settings) -> None:
    store = S3ObjectStore(settings)
    digest = deployed(store, settings)
    delivered(store, settings)
    leave_reference(store, settings, digest)
    endpoints = SageMakerEndpoints(settings)

    def with_counts() -> None:
        assert score(_execution(store, settings), PARAMS, endpoints).inputs

    def floor() -> None:
        without_counts(_execution(store, settings), endpoints)

    for warm_up in (floor, with_counts):
        warm_up()
    times = [(measured(floor), measured(with_counts)) for _ in range(ROUNDS)]
    print(f"  {ROWS:,} transactions, {len(COLUMNS)} columns   floor    counted    added")
    for place, clock in enumerate(("time", "processor time")):
        bare = [one[place] for one, _ in times]
        ours = [one[place] for _, one in times]
        share = statistics.median(o / b - 1 for b, o in zip(bare, ours, strict=True))
        verdict = "PASS" if share <= TARGET_SHARE else "ABOVE"
        print(
            f"  {clock:<30}  {statistics.median(bare):7.3f} s {statistics.median(ours):7.3f} s "
            f"{share:+8.1%} target {TARGET_SHARE:.0%}: {verdict}"
        )


def without_counts(execution: Execution, endpoints: Endpoints) -> None:
    """Do what score does, but count no inputs."""
    endpoint = read_serving_endpoint(execution)
    batch = read_daily_batch(execution)
    columns = endpoint.model_columns
    laws = PARAMS.laws(columns, execution.day)
    incoming = check_transactions(batch.transactions, batch.positions, laws)
    execution.write_for(STAGE, REJECTED, rejected_json(incoming.set_aside))
    answers = score_rows(endpoints, endpoint.name, incoming.model_rows(), columns)
    scored = scored_table(incoming, answers.scores, execution.now())
    write_scored(execution, scored)
    digest = answers.model_digest
    write_transactions(
        execution, transactions_table(incoming, scored, columns, model_digest=digest)
    )
    output = ScoreOutput(
        day=execution.day, received=ROWS, scored=scored.height, rejected=0, reasons={},
        endpoint=endpoint.name, model_digest=digest, seconds=0.0,
    )  # fmt: skip
    execution.finish(STAGE, output)


def leave_reference(store: S3ObjectStore, settings: Settings, digest: str) -> None:
    """Leave what the train rows of the model held, as training does."""
    rows = creditcard_like(20_000, frauds=200, seed=1).select(COLUMNS).to_numpy().astype(float)
    kinds = column_kinds(COLUMNS, {}, amount="Amount", time="Time")
    data = InputReference(columns=summaries(rows, kinds, {})).to_json()
    store.write(settings.models_bucket, locations.model_key(digest, INPUTS), data)
    endpoint = orjson.loads(store.read(settings.config_bucket, locations.ENDPOINT))
    endpoint["input_reference"] = digest_of_bytes(data)
    store.write(settings.config_bucket, locations.ENDPOINT, orjson.dumps(endpoint))


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds that work takes: on the clock, and of the processor."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - cpu


def _execution(store: S3ObjectStore, settings: Settings) -> Execution:
    return Execution("interactive-benchmark", store, settings, day=DAY)


if __name__ == "__main__":
    main()
