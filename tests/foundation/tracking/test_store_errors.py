"""What keeps a store on this machine from working is told in words, by real faults of SQLite."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.ports.mlflow_store import mlflow_settings
from fakes.studies.tracked_runs import RUN
from foundation.errors import Unavailable
from foundation.settings import Settings
from foundation.tracking.store_errors import explained
from foundation.tracking.writer import MlflowTracking

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NEVER = ("[SQL", "SELECT", "sqlalche.me", "Is the tracking server up?")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return mlflow_settings(tmp_path)


@pytest.fixture
def file(settings: Settings) -> Path:
    return settings.state_directory / "mlflow" / "mlflow.db"


@contextmanager
def locked(file: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield connection
    finally:
        connection.close()


def refusal_of(settings: Settings) -> str:
    with pytest.raises(Unavailable) as refused:
        MlflowTracking(settings).find(None)
    message = str(refused.value)
    assert not [word for word in NEVER if word in message]
    return message


def test_a_file_that_another_process_locked_is_named_after_a_wait(
    settings: Settings, file: Path
) -> None:
    with locked(file):
        message = refusal_of(settings)
    assert f"Another process has locked the file {file}" in message
    assert "run the same again" in message


def test_a_short_lock_is_waited_for(settings: Settings, file: Path) -> None:
    tracking = MlflowTracking(settings)
    with locked(file) as connection:
        threading.Timer(1, lambda: connection.execute("ROLLBACK")).start()
        run_id = tracking.log(RUN, {})
    assert tracking.run(run_id).run_id == run_id


def test_a_file_that_is_no_store_is_said_to_be_damaged(settings: Settings, file: Path) -> None:
    file.write_bytes(b"no database " * 1000)
    assert f"{file} is damaged, or no store of MLflow" in refusal_of(settings)


def test_tables_of_another_version_are_told_with_both_ways_out(
    settings: Settings, file: Path
) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("ALTER TABLE experiments RENAME COLUMN lifecycle_stage TO stage")
    message = refusal_of(settings)
    assert f"The tables in {file} are of another version of MLflow than" in message
    assert "mlflow db upgrade" in message
    assert "If a newer MLflow made them, install that one" in message


def raised_by(statement: str, *, connection: sqlite3.Connection) -> BaseException:
    with pytest.raises(sqlite3.Error) as raised:
        connection.execute(statement)
    return raised.value


def test_a_disk_without_room_is_told_with_what_is_free(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE runs (name TEXT)")
    connection.execute("PRAGMA max_page_count = 2")  # as if the disk ended there
    full = raised_by("INSERT INTO runs VALUES (zeroblob(100000))", connection=connection)
    message = explained(full, f"sqlite:///{file}")
    assert message.startswith(f"The disk of {file} is full: ")
    assert "MB are free" in message


def test_a_file_that_may_not_be_written_is_told_with_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    sqlite3.connect(file).execute("CREATE TABLE runs (name TEXT)")
    readonly = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    refused = raised_by("INSERT INTO runs VALUES ('a')", connection=readonly)
    assert explained(refused, f"sqlite:///{file}").startswith(
        f"This user may not write {file}, or its folder {tmp_path}"
    )


def test_the_cause_below_an_error_of_mlflow_is_found(tmp_path: Path) -> None:
    above = RuntimeError("could not record")
    above.__cause__ = sqlite3.OperationalError("database is locked")
    assert "locked the file" in explained(above, f"sqlite:///{tmp_path}/mlflow.db")


def test_behind_a_server_the_statement_is_left_out_too() -> None:
    error = RuntimeError(
        "(psycopg.Error) no route\n[SQL: SELECT secret]\n(Background on this error"
    )
    assert explained(error, "postgresql://db/mlflow") == (
        "RuntimeError: (psycopg.Error) no route. Is the tracking server up?"
    )
