"""Run table: one row for each recorded run, with its metrics and parameters as columns."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from foundation.tracking.runs import FoundRun
from fraud.metrics.estimates import METRICS

if TYPE_CHECKING:
    import polars as pl

COST_METRICS = ("cost_per_1000", "fit_seconds", "microseconds_a_row", "bytes")  # of having a model
RANKED = (*METRICS, *COST_METRICS)
BOUNDS = ("", "_low", "_high")


def run_table(runs: list[FoundRun]) -> "pl.DataFrame":
    """Return one row a run: its facts, then the metrics of all runs, then their parameters."""
    import polars as pl

    schema: dict[str, Any] = {
        "run_id": pl.String, "experiment": pl.String, "name": pl.String, "kind": pl.String,
        "algorithm": pl.String, "started_at": pl.Datetime("ms", "UTC"), "seconds": pl.Float64,
        "data_digest": pl.String, "git_commit": pl.String, "git_dirty": pl.Boolean,
        "notebook": pl.String, "execution_id": pl.String, "status": pl.String,
        "parent_run_id": pl.String,
    }  # fmt: skip
    metrics = metric_columns(runs)
    schema |= dict.fromkeys(_free(metrics, "metric", schema), pl.Float64)
    params = sorted({name for run in runs for name in run.params} - {"algorithm"})
    schema |= dict.fromkeys(_free(params, "param", schema), pl.String)
    rows = [
        (*_facts(run), *map(run.metrics.get, metrics), *map(run.params.get, params)) for run in runs
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def metric_columns(runs: list[FoundRun]) -> list[str]:
    """Return every metric of any run, in order."""
    return in_order({name for run in runs for name in run.metrics})


def in_order(names: Iterable[str]) -> list[str]:
    """Sort metrics: those that rank models first, the bounds of each after it."""
    return sorted(names, key=_place)


def bound_of(name: str) -> str:
    """Return the metric whose bound this is; the name itself when it is no bound."""
    return _without_bound(name)[0]


def ranked_metrics(names: Iterable[str]) -> list[str]:
    """Return the metrics that rank models, with their bounds."""
    return [name for name in names if bound_of(name) in RANKED]


def algorithm_of(run: FoundRun) -> str | None:
    """Return the algorithm of a run, from its tags or its params."""
    return run.tags.get("algorithm") or run.params.get("algorithm")


def boolean_tag(text: str | None) -> bool | None:
    """Parse a tag "true" or "false"; None when the run does not have it."""
    return None if text is None else text == "true"


def _facts(run: FoundRun) -> tuple[Any, ...]:
    """Return the first columns of a row, in order."""
    ended, tags = run.finished_at, run.tags
    return (
        run.run_id,
        run.experiment,
        run.name,
        tags.get("kind"),
        algorithm_of(run),
        run.started_at,
        (ended - run.started_at).total_seconds() if ended else None,
        tags.get("data_digest"),
        tags.get("git_commit"),
        boolean_tag(tags.get("git_dirty")),
        tags.get("notebook"),
        tags.get("execution_id"),
        run.status,
        run.parent_run_id,
    )


def _free(names: list[str], kind: str, taken: Mapping[str, Any]) -> list[str]:
    return [f"{kind}_{name}" if name in taken else name for name in names]


def _place(name: str) -> tuple[int, str, int]:
    metric, bound = _without_bound(name)
    return (RANKED.index(metric) if metric in RANKED else len(RANKED), metric, bound)


def _without_bound(name: str) -> tuple[str, int]:
    """Return a metric's name, and 0 for its value, 1 for its lower and 2 for its upper bound."""
    for number, bound in enumerate(BOUNDS[1:], start=1):
        if name.endswith(bound):
            return name.removesuffix(bound), number
    return name, 0
