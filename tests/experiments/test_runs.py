"""Runs: a table of what was recorded, and a plain word about what was mistyped."""

from typing import Any

import polars as pl
import pytest

from experiments.runs import leaderboard, runs
from fakes.ports.tracking import FakeTracking
from fakes.studies.recorded_runs import DIGEST, NOON, SCORES
from foundation.errors import InvalidParams, NotFound

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")


def names(table: pl.DataFrame) -> list[str]:
    return table["name"].to_list()


def test_a_row_says_what_a_run_is_and_where_it_comes_from(recorded_runs: Any) -> None:
    tracking, ids = recorded_runs
    (row,) = runs(tracking=tracking, tag={"kind": "comparison"}).to_dicts()
    assert row == {
        "run_id": ids["comparison"], "experiment": "comparisons", "name": "comparison",
        "kind": "comparison", "algorithm": None, "started_at": NOON, "seconds": 90.0,
        "data_digest": DIGEST, "git_commit": "c0ffee", "git_dirty": True, "notebook": None,
        "execution_id": None, "status": "finished", "parent_run_id": None,
    }  # fmt: skip


def test_without_any_run_the_table_is_empty_and_has_its_columns() -> None:
    table = runs(tracking=FakeTracking(), experiment="tuning", metric="recall")
    assert table.is_empty()
    assert {"run_id", "status"} <= set(table.columns)


def test_a_leaderboard_ranks_the_newest_comparison(recorded_runs: Any) -> None:
    tracking, ids = recorded_runs
    board = leaderboard(tracking=tracking)
    assert names(board) == list(SCORES)
    assert board["place"].to_list() == [1, 2, 3]
    assert board["indistinguishable"].to_list() == [True, True, False]
    assert board["average_precision_low"].to_list() == pytest.approx([0.7, 0.6, 0.5])
    assert board["run_id"].to_list() == [ids[name] for name in SCORES]
    assert "lift" not in board.columns
    for named in (ids["comparison"], "comparisons"):
        assert leaderboard(named, tracking=tracking).equals(board)


def test_a_leaderboard_ranks_the_trials_of_a_study(recorded_runs: Any) -> None:
    tracking, _ = recorded_runs
    board = leaderboard("tuning", tracking=tracking)
    assert names(board) == ["trial 2", "trial 1", "trial 0"]
    assert board["indistinguishable"].to_list() == [None] * 3


def test_a_leaderboard_of_nothing_says_what_there_is(recorded_runs: Any) -> None:
    tracking, _ = recorded_runs
    with pytest.raises(NotFound, match="no comparison yet"):
        leaderboard(tracking=FakeTracking())
    with pytest.raises(NotFound, match="training has no comparison"):
        leaderboard("training", tracking=tracking)
    with pytest.raises(InvalidParams, match="did you mean tuning"):
        leaderboard("tunin", tracking=tracking)
    with pytest.raises(NotFound):
        leaderboard("0" * 32, tracking=tracking)
