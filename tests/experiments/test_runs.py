"""Runs: a table of what was recorded, and a plain word about what was mistyped."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from experiments.runs import leaderboard, runs
from fakes.mlflow_store import mlflow_settings
from fakes.tracking import FakeTracking
from foundation.errors import InvalidParams, NotFound, Unavailable
from foundation.tracking.writer import MlflowTracking, TrackedRun, Tracking

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DIGEST = "ab12" * 16
SCORES = {"xgboost": 0.8, "random_forest": 0.7, "logistic_regression": 0.6}


def recorded(tracking: Tracking) -> dict[str, str]:
    """A comparison, an older study with trials, and a training; their run ids by their names."""
    ids = {}

    def log(name: str, day: int, **facts: Any) -> str:
        start = NOON + timedelta(days=day)
        run = TrackedRun(
            **{
                "experiment": "comparisons", "name": name, "started_at": start, "params": {},
                "finished_at": start + timedelta(seconds=90), "tags": {}, "metrics": {}, **facts,
            }
        )  # fmt: skip
        ids[name] = tracking.log(run, {})
        return ids[name]

    study = log("study", -9, experiment="tuning", tags={"kind": "study"})
    for n in range(3):
        log(
            f"trial {n}", -9, experiment="tuning", parent_run_id=study, tags={"kind": "trial"},
            params={"max_depth": str(n), "seconds": "3"}, metrics={"average_precision": 0.5 + n / 9,
            "brier": 0.01 * n, "seconds": 2.5}, status="failed" if n == 0 else "finished",
        )  # fmt: skip
    origin = {"data_digest": DIGEST, "git_commit": "c0ffee", "git_dirty": "true"}
    parent = log("comparison", 0, tags={"kind": "comparison", **origin})
    for name, score in SCORES.items():
        level = str(score > 0.65).lower()
        tags = {"kind": "algorithm", "algorithm": name, "indistinguishable": level, **origin}
        metrics = {
            "bytes": 1000.0, "recall": 0.5, "average_precision_high": score + 0.1, "lift": 3.0,
            "average_precision": score, "average_precision_low": score - 0.1,
        }  # fmt: skip
        log(name, 0, parent_run_id=parent, tags=tags, metrics=metrics)
    log("broken", 0, parent_run_id=parent, tags={"kind": "algorithm"}, status="failed")
    log("training", 2, experiment="training", tags={"execution_id": "it's e-1"})
    return ids


@pytest.fixture(scope="module")
def of_mlflow(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tracking, dict[str, str]]:
    tracking = MlflowTracking(mlflow_settings(tmp_path_factory.mktemp("runs")))
    return tracking, recorded(tracking)


@pytest.fixture(params=["fake", "mlflow"])
def world(request: pytest.FixtureRequest) -> Any:
    if request.param == "fake":
        tracking = FakeTracking()
        return tracking, recorded(tracking)
    return request.getfixturevalue("of_mlflow")


def names(table: pl.DataFrame) -> list[str]:
    return table["name"].to_list()


def test_a_row_says_what_a_run_is_and_where_it_comes_from(world: Any) -> None:
    tracking, ids = world
    (row,) = runs(tracking=tracking, tag={"kind": "comparison"}).to_dicts()
    assert row == {
        "run_id": ids["comparison"], "experiment": "comparisons", "name": "comparison",
        "kind": "comparison", "algorithm": None, "started_at": NOON, "seconds": 90.0,
        "data_digest": DIGEST, "git_commit": "c0ffee", "git_dirty": True, "notebook": None,
        "execution_id": None, "status": "finished", "parent_run_id": None,
    }  # fmt: skip


def test_metrics_come_before_params_and_bounds_after_their_metric(world: Any) -> None:
    tracking, _ = world
    table = runs(tracking=tracking, experiment="comparisons", algorithm="xgboost")
    metrics = table.columns[table.columns.index("parent_run_id") + 1 :]
    assert metrics == [
        "recall", "average_precision", "average_precision_low", "average_precision_high", "bytes",
        "lift",
    ]  # fmt: skip
    trials = runs(tracking=tracking, experiment="tuning", parents=False)
    assert trials.columns[-2:] == ["max_depth", "param_seconds"]
    assert trials["metric_seconds"].to_list() == [2.5] * 3
    assert trials["seconds"].to_list() == [90.0] * 3


def test_runs_come_newest_first_and_the_limit_keeps_the_newest(world: Any) -> None:
    tracking, _ = world
    assert names(runs(tracking=tracking, children=False)) == ["training", "comparison", "study"]
    assert names(runs(tracking=tracking, limit=1)) == ["training"]
    assert len(runs(tracking=tracking)) == 10


def test_runs_are_found_by_what_they_are(world: Any) -> None:
    tracking, _ = world

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


def test_by_a_metric_the_best_come_first_and_those_without_it_not_at_all(world: Any) -> None:
    tracking, _ = world
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
    world: Any, query: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidParams) as refusal:
        runs(tracking=world[0], **query)
    assert words in str(refusal.value)


def test_a_bound_that_no_run_reaches_is_no_mistake(world: Any) -> None:
    assert runs(tracking=world[0], metric="average_precision > 0.99").is_empty()


def test_without_any_run_the_table_is_empty_and_has_its_columns() -> None:
    table = runs(tracking=FakeTracking(), experiment="tuning", metric="recall")
    assert table.is_empty()
    assert {"run_id", "status"} <= set(table.columns)


def test_a_server_that_does_not_know_null_still_tells_parents_from_children() -> None:
    class Older(FakeTracking):
        def find(self, experiments: Any, filter: str = "", **how: Any) -> Any:
            if "NULL" in filter:
                raise Unavailable(filter)
            return super().find(experiments, filter, **how)

    tracking = Older()
    recorded(tracking)
    assert names(runs(tracking=tracking, children=False)) == ["training", "comparison", "study"]
    assert len(runs(tracking=tracking, parents=False, limit=4)) == 4


def test_a_leaderboard_ranks_the_newest_comparison(world: Any) -> None:
    tracking, ids = world
    board = leaderboard(tracking=tracking)
    assert names(board) == list(SCORES)
    assert board["place"].to_list() == [1, 2, 3]
    assert board["indistinguishable"].to_list() == [True, True, False]
    assert board["average_precision_low"].to_list() == pytest.approx([0.7, 0.6, 0.5])
    assert board["run_id"].to_list() == [ids[name] for name in SCORES]
    assert "lift" not in board.columns
    for named in (ids["comparison"], "comparisons"):
        assert leaderboard(named, tracking=tracking).equals(board)


def test_a_leaderboard_ranks_the_trials_of_a_study(world: Any) -> None:
    tracking, _ = world
    board = leaderboard("tuning", tracking=tracking)
    assert names(board) == ["trial 2", "trial 1", "trial 0"]
    assert board["indistinguishable"].to_list() == [None] * 3


def test_a_leaderboard_of_nothing_says_what_there_is(world: Any) -> None:
    tracking, _ = world
    with pytest.raises(NotFound, match="no comparison yet"):
        leaderboard(tracking=FakeTracking())
    with pytest.raises(NotFound, match="training has no comparison"):
        leaderboard("training", tracking=tracking)
    with pytest.raises(InvalidParams, match="did you mean tuning"):
        leaderboard("tunin", tracking=tracking)
    with pytest.raises(NotFound):
        leaderboard("0" * 32, tracking=tracking)
