"""Tracking in bulk: the rows written at once are the rows that MLflow writes one by one."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.ports.mlflow_store import mlflow_settings
from foundation.errors import Unavailable
from foundation.tracking import writer as tracking_module
from foundation.tracking.bulk_writer import supported_store
from foundation.tracking.writer import MlflowTracking, TrackedRun

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

names = st.text("abcdefgh_ -:0123456789", min_size=1, max_size=12).map(lambda name: f"m{name}m")
numbers = st.floats(allow_nan=True, allow_infinity=True)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)


@st.composite
def tracked_runs(draw: st.DrawFn) -> TrackedRun:
    started = draw(st.integers(1, 2**40)) / 1000  # MLflow takes 0 for "now"
    return TrackedRun(
        experiment=draw(st.sampled_from(["trials", "other"])),
        name=draw(st.text("abc ", min_size=1, max_size=9)),
        started_at=datetime.fromtimestamp(started, tz=UTC),
        finished_at=datetime.fromtimestamp(started + draw(st.integers(0, 9999)), tz=UTC),
        params=draw(st.dictionaries(names, texts, max_size=4)),
        tags=draw(st.dictionaries(names | st.just("git_commit"), texts, max_size=4)),
        metrics=draw(st.dictionaries(names, numbers, max_size=4)),
        curves=draw(st.dictionaries(names, st.lists(numbers, max_size=4), max_size=2)),
        parent_run_id=draw(st.sampled_from([None, "a" * 32])),
        status=draw(st.sampled_from(["finished", "failed", "running"])),
    )


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bulk")


@pytest.fixture(scope="module")
def tracking(state: Path) -> MlflowTracking:
    return MlflowTracking(mlflow_settings(state))


def test_this_mlflow_is_one_whose_tables_are_known(tracking: MlflowTracking) -> None:
    """When MLflow is new: set KNOWN, and let the next test say whether its tables are the same."""
    assert supported_store(tracking._server.client) is not None


@settings(max_examples=25)
@given(runs=st.lists(tracked_runs(), min_size=1, max_size=3))
def test_runs_written_at_once_leave_the_rows_that_mlflow_leaves_for_them(
    tracking: MlflowTracking, state: Path, runs: list[TrackedRun]
) -> None:
    before = _tables(state)
    at_once = tracking.log_many(runs)
    between = _tables(state)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracking_module, "supported_store", lambda _client: None)
        one_by_one = tracking.log_many(runs)
    after = _tables(state)
    new = dict(zip(one_by_one, at_once, strict=True))
    ours = _added(before, between, {})
    theirs = _added(between, after, new)
    assert ours == theirs
    assert len(ours["runs"]) == len(runs)


def test_of_many_runs_all_are_written_or_none(tracking: MlflowTracking) -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    good = TrackedRun(
        experiment="all or none", name="good", started_at=moment, finished_at=moment,
        params={}, tags={}, metrics={},
    )  # fmt: skip
    bad = good.model_copy(update={"metrics": {"recall at 1 %": 0.5}})
    with pytest.raises(Unavailable, match="Recording 2 runs"):
        tracking.log_many([good, bad])
    assert tracking.find(["all or none"]) == []


def _tables(state: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but the experiments that the first run of one makes."""
    with closing(sqlite3.connect(state / "mlflow" / "mlflow.db")) as connection:
        connection.row_factory = sqlite3.Row
        found = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        tables = {row["name"] for row in found} - {"experiments"}
        return {
            table: [dict(row) for row in connection.execute(f'select * from "{table}"')]
            for table in tables
        }


def _added(
    before: dict[str, list[Any]], after: dict[str, list[Any]], renamed: Mapping[str, str]
) -> dict[str, list[str]]:
    """The rows that were added, in an order of their own, under other run ids."""
    return {
        table: sorted(_text(row, renamed) for row in rows if row not in before.get(table, ()))
        for table, rows in after.items()
        if rows != before.get(table)
    }


def _text(row: Mapping[str, Any], renamed: Mapping[str, str]) -> str:
    text = repr(sorted(row.items()))
    for old, new in renamed.items():
        text = text.replace(old, new)
    return text
