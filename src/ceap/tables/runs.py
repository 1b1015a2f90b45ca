"""Run tables: recorded runs, drawn for a terminal."""

from collections.abc import Iterator, Mapping

from rich.console import RenderableType
from rich.markup import escape

from ceap.pipeline_progress import duration
from ceap.tables.executions import coloured
from ceap.tables.fitted import Field, FittedTable
from experiments.tracking.run_table import algorithm_of, bound_of, in_order
from foundation.tracking.runs import FoundRun
from fraud.metrics.names import metric_name

USUAL = "average_precision"
SHORT = 12  # characters of an id, enough for `show`
CHILDREN_SHOWN = 20


def runs_table(found: list[FoundRun], metric: str | None = None) -> FittedTable:
    """Return one row a run, with its average precision and the metric of the query."""
    metrics = list(dict.fromkeys(filter(None, (metric, USUAL))))
    table = FittedTable.of(
        Field("run", on_one_line=True),
        Field("name", may_break=True),
        Field("kind", may_go=True),
        "status",
        "started",
        Field("took", on_one_line=True, may_go=True),
        *(Field(metric_name(name), justify="right") for name in metrics),
    )  # fmt: skip
    for run in found:
        table.add_row(
            run.run_id[:SHORT],
            escape(run.name),
            escape(run.tags.get("kind", run.experiment)),
            coloured(run.status),
            f"{run.started_at.astimezone():%Y-%m-%d %H:%M}",
            _took(run),
            *(_with_bounds(name, run.metrics) for name in metrics),
        )
    return table


def run_report(
    run: FoundRun, files: list[str], children: list[FoundRun]
) -> Iterator[RenderableType]:
    """Yield what `show` prints. Texts are not to be wrapped, so that they can be copied."""
    yield from _headlines(run)
    yield from _named("made from", run.tags)
    yield from _named("parameters", run.params)
    yield from _metrics(run.metrics)
    if files:
        yield "\n[bold]files[/]"
        yield from (f"  {escape(name)}" for name in files)
    if children:
        count = "1 run" if len(children) == 1 else f"{len(children)} runs"
        yield f"\n[bold]{count} below it[/]"
        yield runs_table(_best(children)[:CHILDREN_SHOWN])


def _headlines(run: FoundRun) -> Iterator[str]:
    algorithm = f", {algorithm_of(run)}" if algorithm_of(run) else ""
    yield f"[bold]{escape(run.name)}[/]  {coloured(run.status)}"
    yield f"run {run.run_id} of experiment {escape(run.experiment)}{escape(algorithm)}"
    took = f", took {_took(run)}" if run.finished_at else ""
    yield f"started {run.started_at.astimezone():%Y-%m-%d %H:%M:%S}{took}"
    if run.parent_run_id:
        yield f"below run {run.parent_run_id}"


def _named(title: str, values: Mapping[str, str]) -> Iterator[RenderableType]:
    if not values:
        return
    yield f"\n[bold]{title}[/]"
    width = max(map(len, values))
    for name in sorted(values):
        yield f"  {escape(name.ljust(width))}  {escape(values[name])}"


def _metrics(metrics: Mapping[str, float]) -> Iterator[RenderableType]:
    shown = {
        name: _with_bounds(name, metrics)
        for name in in_order(metrics)
        if not (bound_of(name) in metrics and bound_of(name) != name)
    }
    if shown:
        yield "\n[bold]metrics[/]"
        width = max(map(len, shown))
        yield from (f"  {escape(name.ljust(width))}  {text}" for name, text in shown.items())


def _with_bounds(name: str, metrics: Mapping[str, float]) -> str:
    """Format a metric as "0.811 (0.721–0.886)"; "" where it was not recorded."""
    if name not in metrics:
        return ""
    low, high = metrics.get(f"{name}_low"), metrics.get(f"{name}_high")
    bounds = f" ({low:.4g}–{high:.4g})" if low is not None and high is not None else ""
    return f"{metrics[name]:.4g}{bounds}"


def _best(children: list[FoundRun]) -> list[FoundRun]:
    return sorted(children, key=lambda run: run.metrics.get(USUAL, -1.0), reverse=True)


def _took(run: FoundRun) -> str:
    return duration((run.finished_at - run.started_at).total_seconds()) if run.finished_at else ""
