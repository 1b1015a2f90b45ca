"""Demo command: everything from raw data to alerts, on this machine."""

from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from catalog.raw_data import RawFile
    from ceap.data_progress import DataProgress
    from foundation.settings import Settings
    from foundation.stores.object_store import ObjectStore
    from pipeline.runs.run import ExecutionSummary
    from pipeline.runs.stage_run import StageSummary

DIGEST_LENGTH = 8  # characters, enough to distinguish two requests
# Short forms of the notebooks, so that the whole demo takes a few minutes.
EXPERIMENTS: dict[str, dict[str, Any]] = {
    "explore": {"resamples": 200},
    "compare": {"algorithms": ["xgboost", "lightgbm", "logistic_regression"], "resamples": 200},
    "tune": {
        "algorithms": ["xgboost"],
        "trials": 8,
        "confirm": 2,
        "blend": False,
        "resamples": 200,
    },
}


def demo(
    transactions: Annotated[
        int, typer.Option(min=1, help="How many held-out transactions make the day.")
    ] = 10_000,
) -> None:
    """Go the whole road once: data, experiments, promotion, training, a day, inference.

    Experiments are short: a look at the data, a comparison, and a few trials of tuning. The winner
    is promoted, if the gates let it through, and training makes what was promoted. What an earlier
    demo finished with the same data and parameters is not done again.
    """
    from rich.console import Console

    from ceap.data_commands.daily_batch import yesterday
    from ceap.demo.promotion import promote_experiments
    from ceap.demo.report import demo_report
    from ceap.stores import open_store
    from promotion.audit.history import history
    from promotion.production import ProductionSession

    began, console = perf_counter(), Console()
    console.rule("[bold]1  The AWS of this machine")
    settings, store = open_store()
    console.print(f"It listens at {settings.aws_endpoint_url}. Look at it: ceap aws status")
    console.rule("[bold]2  The data")
    data_digest = _publish_data(store, settings)
    console.rule("[bold]3  Experiments: explore, compare, tune")
    experiments = [_run_experiment(name, data_digest) for name in EXPERIMENTS]
    console.rule("[bold]4  Promotion: the simplest contender, then the tuned model")
    run_ids = {each.name: each.result["run_id"] for each in experiments}
    production = ProductionSession.open(settings=settings)
    promotion_id = promote_experiments(run_ids, production, console)
    console.rule("[bold]5  Training of what was promoted: prepare, train, evaluate, deploy")
    training = _run_pipeline_once("training", request=data_digest, execution_id=promotion_id)
    day = yesterday()
    console.rule(f"[bold]6  A day of transactions: {day}")
    _make_day(day, transactions, store, settings)
    console.rule("[bold]7  Inference: score, store, alert, monitor")
    inference = _run_pipeline_once(
        "inference", request=f"{training.execution_id} {transactions}", day=day
    )
    console.rule("[bold]8  What came out")
    report = demo_report(
        experiments,
        training,
        inference,
        history=history(production),
        settings=settings,
        seconds=perf_counter() - began,
    )
    console.print(report)


def _publish_data(store: "ObjectStore", settings: "Settings") -> str:
    """Publish the raw data to the data bucket; return its sha256."""
    from catalog.prepared_data import data_spec
    from catalog.raw_data import publish_raw
    from ceap.data_progress import DataProgress

    spec = data_spec("creditcard")
    with DataProgress() as progress:
        raw = _fetch_or_simulate(store, settings, progress)
        done = publish_raw(raw, spec, store, settings)
        place = f"s3://{settings.data_bucket}/raw/{spec.raw}"
        progress.note(f"{place} holds it{' already' if done.was_there else ' now'}.")
    return raw.origin.sha256


def _fetch_or_simulate(
    store: "ObjectStore", settings: "Settings", progress: "DataProgress"
) -> "RawFile":
    from catalog.prepared_data import data_spec
    from catalog.raw_data import cached_file, fetch_raw, simulate_raw
    from catalog.raw_sources import usual_sources
    from foundation.errors import Unavailable

    spec = data_spec("creditcard")
    cached = cached_file(settings, spec)
    try:
        raw = fetch_raw(spec, usual_sources(None, lambda: store), cached, progress)
    except Unavailable as error:
        progress.note(f"{error}\nGoing on with a simulated stand-in; every report will say so.")
        stand_in = cached.with_stem(f"{cached.stem}-simulated")
        return simulate_raw(stand_in, rows=284_807, seed=0, progress=progress)
    how = "Already here" if raw.reused else f"Fetched from {raw.origin.source}"
    progress.note(f"{how}: {raw.path}, 284,807 transactions, sha256 as published.")
    return raw


def _run_experiment(name: str, data_digest: str) -> "StageSummary":
    """Run one notebook of experiments, once for equal requests."""
    from ceap.pipeline_runner import watched_runner
    from foundation.digests import digest_of_json
    from foundation.sources import code_digest
    from pipeline.runs.run import run_stage

    parameters = EXPERIMENTS[name]
    digest = digest_of_json([data_digest, parameters, code_digest()])
    with watched_runner() as line:
        return run_stage(
            f"experiments/{name}",
            f"demo-{name}-{digest[:DIGEST_LENGTH]}",
            line,
            overrides={name: parameters},
        )


def _run_pipeline_once(
    pipeline: str, *, request: str, day: date | None = None, execution_id: str | None = None
) -> "ExecutionSummary":
    """Run a pipeline once under `execution_id`, or under an id that equal requests share."""
    from ceap.pipeline_runner import watched_runner
    from foundation.digests import digest_of_json
    from pipeline.runs.planning import new_plan
    from pipeline.runs.run import run_pipeline

    with watched_runner() as line:
        if execution_id is None:
            plan = new_plan(pipeline, line, execution_id=f"demo-{pipeline}", day=day, overrides={})
            digest = digest_of_json([request, str(day), plan.parameters])
            execution_id = f"demo-{pipeline}-{digest[:DIGEST_LENGTH]}"
        return run_pipeline(pipeline, line, execution_id=execution_id, day=day)


def _make_day(day: date, transactions: int, store: "ObjectStore", settings: "Settings") -> None:
    from ceap.data_commands.daily_batch import batch_summary
    from foundation import locations
    from pipeline.data.daily_batch import make_daily_batch

    if store.exists(settings.data_bucket, locations.daily_batch_key(day)):
        typer.echo(f"{day} is there already; it is scored as it is.")
        return
    typer.echo(batch_summary(make_daily_batch(store, settings, day=day, transactions=transactions)))
