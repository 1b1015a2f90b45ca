"""Promotion: twelve hyperparameters into production, beside a bare loop that writes the same.

On a local AWS of its own. The floor writes what production reads (one object, thirteen parameters)
with bare boto3: no journal, backup, lease, archive, registry or history. The comparison of models
is measured by `champion_comparison`.
"""

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from benchmarks._local import local_aws
from foundation import locations
from foundation.aws import client
from foundation.production.config import read_production_config
from foundation.settings import Settings
from foundation.stores.object_store import S3ObjectStore
from foundation.tracking.runs import TrackedRun
from foundation.tracking.writer import MlflowTracking
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.plan import Proposal, plan_of
from promotion.protocol.proposal import propose
from promotion.protocol.state import read_state
from promotion.records import RunFacts

ROUNDS, READS = 5, 200
TARGET, READ_TARGET = 2.0, 0.050  # seconds
HYPERPARAMETERS = 12  # those of XGBoost here


def main() -> None:
    with local_aws() as settings:
        report(settings)


def report(settings: Settings) -> None:
    production = ProductionSession.open(settings=settings)
    run_id = recorded_run(settings)
    promote(production, run_id, round_=0)  # MLflow makes its tables, clients are opened
    ours, floors, calls = [], [], Counter[str]()
    for number in range(1, ROUNDS + 1):
        calls.clear()
        with counted(settings, calls):
            ours.append(seconds(lambda n=number: promote(production, run_id, round_=n)))
        floors.append(seconds(lambda n=number: bare(settings, round_=n)))
    promotion, floor = statistics.median(ours), statistics.median(floors)
    reader = statistics.median(seconds(lambda: read(settings)) for _ in range(READS))
    tell(f"floor (bare boto3, 1 object, {HYPERPARAMETERS + 1} parameters)", f"{floor:.2f} s")
    tell(
        "promotion, the whole protocol", f"{promotion:.2f} s", promotion <= TARGET, f"{TARGET:g} s"
    )
    tell("ratio", f"{promotion / floor:.1f}")
    within = reader <= READ_TARGET
    tell("reader, digest checked", f"{reader * 1000:.1f} ms", within, f"{READ_TARGET * 1000:g} ms")
    tell("API calls of one promotion, retries too", f"{calls.total()}")
    for name, count in sorted(calls.items()):
        tell(f"  {name}", f"{count}")


def tell(what: str, figure: str, is_reached: bool | None = None, target: str = "") -> None:
    verdict = "" if is_reached is None else "reached" if is_reached else "MISSED"
    print(f"  {what:<48} {figure:>9}   {f'target {target}: {verdict}' if verdict else ''}".rstrip())


def promote(production: ProductionSession, run_id: str, *, round_: int) -> None:
    """All that follows the gates: plan, propose, journal, backup, lease, commit, settle."""
    proposal = Proposal(
        kind="promotion",
        configuration={
            "algorithm": "xgboost",
            "hyperparameters": hyperparameters(round_),
            "decision_threshold": 0.5,
            "metrics": {"average_precision": 0.8},
            "lineage": {"run_id": run_id},
        },
        run=RunFacts(run_id=run_id, experiment="benchmark", name=f"round {round_}"),
        reason="to measure",
    )
    plan = plan_of(proposal, read_state(production), production)
    propose(plan, production)
    execute_plan(plan, production)


def bare(settings: Settings, *, round_: int) -> None:
    s3, ssm = client("s3", settings), client("ssm", settings)
    values = hyperparameters(round_)
    s3.put_object(Bucket=settings.config_bucket, Key="bare.yaml", Body=json.dumps(values).encode())
    for name, value in {**values, "whole": json.dumps(values)}.items():
        ssm.put_parameter(Name=f"/bare/{name}", Value=str(value), Type="String", Overwrite=True)


def read(settings: Settings) -> None:
    config = read_production_config(S3ObjectStore(settings), settings)
    if config is None:
        message = f"{locations.PRODUCTION_CONFIG} is not there"
        raise RuntimeError(message)


def hyperparameters(round_: int) -> dict[str, Any]:
    """Twelve values, each another one in every round."""
    return {f"hyperparameter_{number}": number + round_ / 7 for number in range(HYPERPARAMETERS)}


def recorded_run(settings: Settings) -> str:
    now = datetime.now(UTC)
    run = TrackedRun(
        experiment="benchmark", name=uuid4().hex, started_at=now, finished_at=now, params={},
        tags={}, metrics={"average_precision": 0.8},
    )  # fmt: skip
    return MlflowTracking(settings).log(run, {"model/MLmodel": b"flavors: {}\n"})


@contextmanager
def counted(settings: Settings, calls: "Counter[str]") -> Iterator[None]:
    """Count the requests that boto3 sends inside the block."""

    def count(operation_name: str, **_: Any) -> None:
        calls[operation_name] += 1

    clients = [
        client("s3", settings, connections=32),
        client("ssm", settings),
        client("ssm", settings, attempts=8),
    ]
    for each in clients:
        each.meta.events.register("request-created.*", count, unique_id="benchmark")
    yield
    for each in clients:
        each.meta.events.unregister("request-created.*", unique_id="benchmark")


def seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
