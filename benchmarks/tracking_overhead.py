"""Tracking overhead: what recording a trial adds to a study, beside the bare MLflow client.

Both record the same trials (8 parameters, 9 tags, 7 metrics) below a parent in an SQLite store of
their own, in turns, while a busy worker holds every other core: as a study does, whose parent
process records what its workers finish.
"""

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from experiments.tracking.live_recorder import LiveRecorder
from experiments.tracking.recorder import ChildRun, Recorder, RunTree
from foundation.settings import Settings, load_settings
from foundation.stores.object_store import ObjectStore
from foundation.tracking.writer import MlflowTracking, TrackedRun

TRIALS, ROUNDS, TOGETHER = 200, 3, 5  # TOGETHER: trials that finish before the study looks up
TARGET_MS = 10.0
START = datetime(2026, 11, 22, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ceap-benchmark-") as state, busy_workers():
        folder = Path(state)
        uri = f"sqlite:///{folder}/mlflow.db"
        local = {"tracking_uri": uri, "artifact_uri": f"file://{folder}/artifacts"}
        settings = load_settings("local").model_copy(update=local)
        tracking = MlflowTracking(settings)
        tracking.find(None)  # the tables are made, MLflow is imported
        report(tracking, settings)


def report(tracking: MlflowTracking, settings: Settings) -> None:
    bare, live, whole = [], [], []
    for number in range(ROUNDS):
        whole.append(milliseconds(lambda n=number: at_the_end(tracking, settings, f"whole-{n}")))
        bare.append(milliseconds(lambda: by_the_bare_client(settings)))
        live.append(milliseconds(lambda n=number: as_it_runs(tracking, settings, f"live-{n}")))
    ours = statistics.median(live)
    print(f"  bare client, 3 calls a trial        {statistics.median(bare):8.1f} ms a trial")
    verdict = "reached" if ours <= TARGET_MS else "MISSED"
    print(f"  a study that runs, {TOGETHER} trials a time   {ours:8.1f} ms a trial   "
          f"target {TARGET_MS:.0f}: {verdict}")  # fmt: skip
    print(f"  a study told at its end             {statistics.median(whole):8.1f} ms a trial")


def by_the_bare_client(settings: Settings) -> None:
    """What one would write in a minute; Optuna's own callback makes more calls than these."""
    from mlflow.entities import Metric, Param
    from mlflow.tracking.client import MlflowClient

    client = MlflowClient(tracking_uri=settings.tracking_uri)
    known = client.get_experiment_by_name("bare")
    experiment = known.experiment_id if known else client.create_experiment("bare")
    parent = client.create_run(experiment).info.run_id
    for run in trials():
        tags = {**run.tags, "mlflow.parentRunId": parent}
        run_id = client.create_run(experiment, tags=tags, run_name=run.name).info.run_id
        client.log_batch(
            run_id,
            metrics=[Metric(name, value, 0, 0) for name, value in run.metrics.items()],
            params=[Param(name, value) for name, value in run.params.items()],
        )
        client.set_terminated(run_id)
    client.set_terminated(parent)


def as_it_runs(tracking: MlflowTracking, settings: Settings, key: str) -> None:
    recording = LiveRecorder(Recorder(tracking, NoStore(), settings), study(key))
    children = as_children(trials())
    for start in range(0, TRIALS, TOGETHER):
        recording.add_children(children[start : start + TOGETHER])
    recorded = recording.close(study(key).parent, {})
    assert recorded.problem is None, recorded.problem
    assert len(recorded.children) == TRIALS


def at_the_end(tracking: MlflowTracking, settings: Settings, key: str) -> None:
    tree = study(key).model_copy(update={"children": tuple(as_children(trials()))})
    recorded = Recorder(tracking, NoStore(), settings).record(tree)
    assert len(recorded.children) == TRIALS, recorded.problem


def study(key: str) -> RunTree:
    return RunTree(idempotency_key=key, parent=trial(0).model_copy(update={"name": key}))


def as_children(runs: list[TrackedRun]) -> list[ChildRun]:
    return [ChildRun(key=run.name, run=run) for run in runs]


def trials() -> list[TrackedRun]:
    return [trial(number) for number in range(TRIALS)]


def trial(number: int) -> TrackedRun:
    start = START + timedelta(seconds=number)
    return TrackedRun(
        experiment="tuning",
        name=f"trial {number}",
        started_at=start,
        finished_at=start + timedelta(seconds=1),
        params={f"hyperparameter_{n}": str(number / (n + 1)) for n in range(8)},
        tags={f"tag_{n}": "f" * 64 for n in range(9)},
        metrics={f"metric_{n}": number / (n + 1) for n in range(7)},
    )


class NoStore(ObjectStore):
    """Nothing was kept for later, and nothing has to be."""

    def keys(self, bucket: str, prefix: str) -> list[str]:  # noqa: ARG002
        return []

    def delete(self, bucket: str, key: str) -> None: ...


@contextmanager
def busy_workers() -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=work, daemon=True)
        for _ in range(max(1, multiprocessing.cpu_count() - 1))
    ]
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def work() -> None:
    while True:
        sum(range(10**6))


def milliseconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) / TRIALS * 1000
