"""Run query: a search for recorded runs, translated to the filters of MLflow."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from pydantic import Field

from foundation.errors import InvalidParams, Unavailable
from foundation.params import did_you_mean
from foundation.record import Record
from foundation.tracking.runs import NEWEST_FIRST, FoundRun, Tracking

SOURCE = "The search for runs"
METRIC = re.compile(r"([\w.:/ -]*\w)(?:\s*(>=|<=|!=|>|<|=)\s*(-?\d*\.?\d+(?:[eE][-+]?\d+)?))?")
# Of every other metric, more is better.
LESS_IS_BETTER = (
    "brier", "calibration_error", "cost", "loss", "seconds", "microseconds", "bytes", "p_value",
)  # fmt: skip
SEARCHED_FOR_NAMES = 1000  # runs whose names are known, when a search finds nothing
EVERYTHING = 1_000_000
IS_CHILD = "tags.`mlflow.parentRunId` IS {}NULL"


class MetricOrder(NamedTuple):
    """A metric to sort by and, perhaps, a bound on it: `average_precision > 0.7`."""

    name: str
    bound: str

    @property
    def condition(self) -> str:
        return f"metrics.`{self.name}` {self.bound}" if self.bound else ""

    @property
    def order(self) -> str:
        less_is_better = any(part in self.name for part in LESS_IS_BETTER)
        return f"metrics.`{self.name}` {'ASC' if less_is_better else 'DESC'}"


class RunQuery(Record):
    """The filters of `runs`; None matches any run."""

    experiment: str | None = None
    algorithm: str | None = None
    data_digest: str | None = None  # or its first characters
    metric: str | None = None
    since: date | datetime | None = None
    until: date | datetime | None = None  # a date includes its whole day
    tag: dict[str, str] = Field(default_factory=dict)
    parents: bool = True
    children: bool = True

    @property
    def metric_name(self) -> str | None:
        """The metric to sort by."""
        return _metric_order(self.metric).name if self.metric else None

    def find(self, tracking: Tracking, limit: int) -> list[FoundRun]:
        """Find the runs, best or newest first; InvalidParams for a name that no run knows."""
        self._require_valid(limit)
        experiments = None if self.experiment is None else [self.experiment]
        by_metric = _metric_order(self.metric) if self.metric else None
        order = by_metric.order if by_metric else NEWEST_FIRST

        def search(condition: str, limit: int) -> list[FoundRun]:
            return tracking.find(experiments, condition, limit=limit, order_by=order)

        bound = by_metric and by_metric.condition
        runs = self._parents_or_children(search, _joined(*self._conditions(), bound), limit)
        if by_metric:
            runs = [run for run in runs if by_metric.name in run.metrics]
        if not runs:
            self._require_known_names(tracking, by_metric)
        return runs

    def _conditions(self) -> list[str]:
        conditions = [_equal(f"tags.`{name}`", value) for name, value in self.tag.items()]
        if self.algorithm:
            conditions.append(_equal("tags.`algorithm`", self.algorithm))
        if self.data_digest:
            conditions.append(f"tags.`data_digest` LIKE {_quoted(self.data_digest + '%')}")
        if self.since:
            conditions.append(f"attributes.start_time >= {_moment(self.since, time.min)}")
        if self.until:
            conditions.append(f"attributes.start_time <= {_moment(self.until, time.max)}")
        return conditions

    def _parents_or_children(
        self, search: Callable[[str, int], list[FoundRun]], condition: str, limit: int
    ) -> list[FoundRun]:
        """Filter runs by whether they have a parent, on the server where it can."""
        if self.parents and self.children:
            return search(condition, limit)
        below = IS_CHILD.format("NOT " if self.children else "")
        try:
            return search(_joined(condition, below), limit)
        except Unavailable:  # older servers do not know NULL
            runs = search(condition, EVERYTHING)
        return [run for run in runs if (run.parent_run_id is not None) == self.children][:limit]

    def _require_known_names(self, tracking: Tracking, by_metric: MetricOrder | None) -> None:
        """Raise InvalidParams when the search has a name that no run has."""
        known = tracking.find(None, limit=SEARCHED_FOR_NAMES)
        problems = []
        if not known:
            return
        if self.experiment:
            names = {run.experiment for run in known}
            problems += _unknown("experiment", self.experiment, names)
        if by_metric:
            metrics = {name for run in known for name in run.metrics}
            problems += _unknown("metric", by_metric.name, metrics)
        if self.algorithm:
            algorithms = {run.tags["algorithm"] for run in known if "algorithm" in run.tags}
            problems += _unknown("algorithm", self.algorithm, algorithms)
        if problems:
            raise InvalidParams(SOURCE, problems)

    def _require_valid(self, limit: int) -> None:
        problems = []
        if limit < 1:
            problems.append(f"limit: it is at least 1, not {limit}")
        if not self.parents and not self.children:
            problems.append("parents and children: one of them is to be shown")
        problems += [
            f"tag {name}: no server can be asked for both kinds of quotes in {value}"
            for name, value in self.tag.items()
            if "'" in value and '"' in value
        ]
        if problems:
            raise InvalidParams(SOURCE, problems)


def _metric_order(metric: str) -> MetricOrder:
    parsed = METRIC.fullmatch(metric.strip())
    if parsed is None:
        problem = (
            f"metric: {metric!r} is neither a name to sort by nor a bound, as in "
            "'average_precision > 0.7'"
        )
        raise InvalidParams(SOURCE, [problem])
    name, operator, number = parsed.groups()
    return MetricOrder(name, f"{operator} {number}" if operator else "")


def _unknown(what: str, name: str, known: set[str]) -> list[str]:
    return [] if name in known else [f"{what}: no run has {name!r}; {did_you_mean(name, known)}"]


def _joined(*conditions: str | None) -> str:
    return " and ".join(filter(None, conditions))


def _equal(key: str, value: str) -> str:
    return f"{key} = {_quoted(value)}"


def _quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"


def _moment(day: date | datetime, of_day: time) -> int:
    """Return milliseconds since 1970; a date, or a time without a zone, is in local time."""
    moment = day if isinstance(day, datetime) else datetime.combine(day, of_day)
    return round(moment.timestamp() * 1000)


def tags_given(tag: Mapping[str, object] | None) -> dict[str, str]:
    """Return tags as they are recorded: as text, booleans in lower case."""
    return {k: str(v).lower() if isinstance(v, bool) else str(v) for k, v in (tag or {}).items()}
