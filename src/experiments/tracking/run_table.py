"""Run table: recorded runs as rows, their metrics and parameters as columns."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from foundation.tracking.runs import FoundRun
from fraud.metrics.estimates import METRICS

if TYPE_CHECKING:
    import polars as pl

COSTS = ("cost_per_1000", "fit_seconds", "microseconds_a_row", "bytes")  # of having a model
RANKED = (*METRICS, *COSTS)
BOUNDS = ("", "_low", "_high")


def run_table(found: list[FoundRun]) -> "pl.DataFrame":
    """One row a run: what it is, then every metric of any of them, then every parameter."""
    import polars as pl

    schema: dict[str, Any] = {
        "run_id": pl.String, "experiment": pl.String, "name": pl.String, "kind": pl.String,
        "algorithm": pl.String, "started_at": pl.Datetime("ms", "UTC"), "seconds": pl.Float64,
        "data_digest": pl.String, "git_commit": pl.String, "git_dirty": pl.Boolean,
        "notebook": pl.String, "execution_id": pl.String, "status": pl.String,
        "parent_run_id": pl.String,
    }  # fmt: skip
    metrics = metric_columns(found)
    schema |= dict.fromkeys(_free(metrics, "metric", schema), pl.Float64)
    params = sorted({name for run in found for name in run.params} - {"algorithm"})
    schema |= dict.fromkeys(_free(params, "param", schema), pl.String)
    rows = [
        (*_facts(run), *map(run.metrics.get, metrics), *map(run.params.get, params))
        for run in found
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def metric_columns(found: list[FoundRun]) -> list[str]:
    """Every metric of any run, in order."""
    return in_order({name for run in found for name in run.metrics})


def in_order(names: Iterable[str]) -> list[str]:
    """The metrics that models are ranked by first, the bounds of each after it."""
    return sorted(names, key=_place)


def bound_of(name: str) -> str:
    """The metric that this is a bound of; its own name where it is none."""
    return _without_bound(name)[0]


def ranked_metrics(names: Iterable[str]) -> list[str]:
    """Those that models are ranked by, with their bounds."""
    return [name for name in names if bound_of(name) in RANKED]


def algorithm_of(run: FoundRun) -> str | None:
    return run.tags.get("algorithm") or run.params.get("algorithm")


def truth(text: str | None) -> bool | None:
    """Read a tag that says true or false; None where there is none."""
    return None if text is None else text == "true"


def _facts(run: FoundRun) -> tuple[Any, ...]:
    """The first columns of a row, in their order."""
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
        truth(tags.get("git_dirty")),
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
    """A metric's name, and whether it is its value (0), its lower bound or its upper one."""
    for number, bound in enumerate(BOUNDS[1:], start=1):
        if name.endswith(bound):
            return name.removesuffix(bound), number
    return name, 0
