"""Runs: recorded experiments as a table to filter, sort and plot, and as a leaderboard."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from experiments.tracking.run_query import RunQuery, tags_given
from experiments.tracking.run_table import (
    algorithm_of,
    boolean_tag,
    metric_columns,
    ranked_metrics,
    run_table,
)
from foundation.errors import InvalidParams, NotFound
from foundation.params import did_you_mean
from foundation.settings import Settings, load_settings
from foundation.tracking.runs import FoundRun, Tracking

if TYPE_CHECKING:
    import polars as pl

RUN_ID = re.compile(r"[0-9a-f]{32}|run-\d+")
RANKED_BY = "average_precision"
WITH_CHILDREN = ("comparison", "study")


def runs(
    *,
    experiment: str | None = None,
    algorithm: str | None = None,
    data_digest: str | None = None,
    metric: str | None = None,
    since: date | datetime | None = None,
    until: date | datetime | None = None,
    tag: Mapping[str, object] | None = None,
    parents: bool = True,
    children: bool = True,
    limit: int = 1000,
    tracking: Tracking | None = None,
    settings: Settings | None = None,
) -> "pl.DataFrame":
    """Find recorded runs; return one row a run, newest first, metrics and params as columns.

    `metric` is a name to sort by, the best first, or a bound as well: "average_precision > 0.7".
    `children` are the trials of a study and the contenders of a comparison, `parents` all others.
    A metric or parameter whose name is taken is in the column `metric_NAME` or `param_NAME`.
    Raises InvalidParams for a name that no run has, Unavailable without a tracking server.
    """
    query = RunQuery(
        experiment=experiment,
        algorithm=algorithm,
        data_digest=data_digest,
        metric=metric,
        since=since,
        until=until,
        tag=tags_given(tag),
        parents=parents,
        children=children,
    )
    return run_table(query.find(tracking or _tracking(settings), limit))


def leaderboard(
    parent_run_id_or_experiment: str | None = None,
    *,
    tracking: Tracking | None = None,
    settings: Settings | None = None,
) -> "pl.DataFrame":
    """Rank the contenders of a comparison, or the trials of a study, by average precision.

    For the name of an experiment, it is the newest comparison or study in it; without a name, the
    newest comparison of all. `indistinguishable` is true when chance alone explains the difference
    to the best. Raises NotFound when there is none.
    """
    import polars as pl

    server = tracking or _tracking(settings)
    parent = _parent(server, parent_run_id_or_experiment)
    children = [run for run in server.children(parent.run_id) if RANKED_BY in run.metrics]
    children.sort(key=lambda run: run.metrics[RANKED_BY], reverse=True)
    names = ranked_metrics(metric_columns(children))
    rows = [_leaderboard_row(rank, run, names) for rank, run in enumerate(children, start=1)]
    schema: dict[str, Any] = {
        "place": pl.Int64, "name": pl.String, "kind": pl.String, "algorithm": pl.String,
        **dict.fromkeys(names, pl.Float64),
        "indistinguishable": pl.Boolean, "run_id": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _leaderboard_row(rank: int, run: FoundRun, names: list[str]) -> list[Any]:
    metrics = [run.metrics.get(name) for name in names]
    level = boolean_tag(run.tags.get("indistinguishable"))
    return [rank, run.name, run.tags.get("kind"), algorithm_of(run), *metrics, level, run.run_id]


def _parent(tracking: Tracking, named: str | None) -> FoundRun:
    if named is not None and RUN_ID.fullmatch(named):
        return tracking.run(named)
    kinds = WITH_CHILDREN if named else WITH_CHILDREN[:1]
    experiments = [named] if named else None
    newest = [
        run
        for kind in kinds
        for run in tracking.find(experiments, f"tags.`kind` = '{kind}'", limit=1)
    ]
    if newest:
        return max(newest, key=lambda run: run.started_at)
    if named is None:
        message = "There is no comparison yet. Make one with: ceap compare"
        raise NotFound(message)
    known = {run.experiment for run in tracking.find(None)}
    if named in known:
        message = f"Experiment {named} has no comparison and no study to rank. See: ceap runs"
        raise NotFound(message)
    problem = (
        f"{named!r} is neither the id of a run nor an experiment; {did_you_mean(named, known)}"
    )
    source = "The leaderboard"
    raise InvalidParams(source, [problem])


def _tracking(settings: Settings | None) -> Tracking:
    from foundation.tracking.writer import MlflowTracking

    return MlflowTracking(settings or load_settings())
