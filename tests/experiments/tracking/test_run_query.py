"""Runs are found by what they are, on MLflow as on its fake, and typing errors are named."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from experiments.runs import runs
from fakes.ports.tracking import FakeTracking
from fakes.studies.recorded_runs import DIGEST, NOON, record_runs
from foundation.errors import InvalidParams, Unavailable

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")


def names(table: pl.DataFrame) -> list[str]:
    return table["name"].to_list()


def test_runs_come_newest_first_and_the_limit_keeps_the_newest(recorded_runs: Any) -> None:
    tracking, _ = recorded_runs
    assert names(runs(tracking=tracking, children=False)) == ["training", "comparison", "study"]
    assert names(runs(tracking=tracking, limit=1)) == ["training"]
    assert len(runs(tracking=tracking)) == 10


def test_runs_are_found_by_what_they_are(recorded_runs: Any) -> None:
    tracking, _ = recorded_runs

    def found(**query: Any) -> list[str]:
        return sorted(names(runs(tracking=tracking, **query)))

    assert found(algorithm="xgboost") == ["xgboost"]
    assert found(data_digest=DIGEST[:12], children=False) == ["comparison"]
    assert found(experiment="tuning", parents=False) == ["trial 0", "trial 1", "trial 2"]
    assert found(since=date(2026, 11, 24)) == ["training"]
    assert found(until=date(2026, 11, 14), children=False) == ["study"]
    assert found(since=NOON, until=NOON, children=False) == ["comparison"]
    assert found(tag={"execution_id": "it's e-1"}) == ["training"]
    assert found(tag={"git_dirty": True}, children=False) == ["comparison"]
    assert found(tag={"kind": "no such kind"}) == []


def test_by_a_metric_the_best_come_first_and_those_without_it_not_at_all(
    recorded_runs: Any,
) -> None:
    tracking, _ = recorded_runs
    best = runs(tracking=tracking, metric="average_precision > 0.65")
    assert names(best) == ["xgboost", "trial 2", "random_forest"]
    least = runs(tracking=tracking, metric="brier")
    assert names(least) == ["trial 0", "trial 1", "trial 2"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"metric": "average_precison > 0.7"}, "did you mean average_precision?"),
        ({"metric": "recal"}, "did you mean recall?"),
        ({"metric": "recall >"}, "as in 'average_precision > 0.7'"),
        ({"metric": "recall about 0.7!"}, "as in 'average_precision > 0.7'"),
        ({"experiment": "tunning"}, "did you mean tuning?"),
        ({"algorithm": "xgbost"}, "did you mean xgboost?"),
        ({"limit": 0}, "at least 1"),
        ({"parents": False, "children": False}, "one of them"),
        ({"tag": {"name": "both ' and \""}}, "both kinds of quotes"),
    ],
)
def test_what_is_mistyped_is_refused_with_what_was_meant(
    recorded_runs: Any, query: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidParams) as refusal:
        runs(tracking=recorded_runs[0], **query)
    assert words in str(refusal.value)


def test_a_bound_that_no_run_reaches_is_no_mistake(recorded_runs: Any) -> None:
    assert runs(tracking=recorded_runs[0], metric="average_precision > 0.99").is_empty()


def test_a_server_that_does_not_know_null_still_tells_parents_from_children() -> None:
    class Older(FakeTracking):
        def find(self, experiments: Any, filter: str = "", **how: Any) -> Any:
            if "NULL" in filter:
                raise Unavailable(filter)
            return super().find(experiments, filter, **how)

    tracking = Older()
    record_runs(tracking)
    assert names(runs(tracking=tracking, children=False)) == ["training", "comparison", "study"]
    assert len(runs(tracking=tracking, parents=False, limit=4)) == 4
