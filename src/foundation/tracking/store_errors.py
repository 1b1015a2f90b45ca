"""Store errors: what keeps MLflow's store from working, in words, and what to do about it."""

import errno
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

SQLITE = "sqlite:///"
LOCKED = re.compile(
    r"database (?:table )?is locked|File lock .* could not be acquired|Timeout.*lock"
)
FULL = re.compile(r"database or disk is full|No space left on device|Disk quota exceeded", re.I)
NOT_WRITABLE = re.compile(
    r"readonly database|unable to open database file|Permission denied|Read-only file system", re.I
)
DAMAGED = re.compile(r"file is not a database|disk image is malformed|disk I/O error", re.I)
# Alembic and MLflow: the tables are of a version that the installed MLflow does not know.
NEWER = re.compile(r"Can't locate revision identified by '?(\w+)")
OUT_OF_DATE = re.compile(r"out-of-date database schema \(found version (\w+)")
MISSING_COLUMN = re.compile(r"no such (?:column|table): ([\w.]+)|has no column named (\w+)")
# SQLAlchemy adds the statement and a link to each error of a database.
STATEMENT = re.compile(r"\s*(?:\[SQL:|\[parameters:|\(Background on this error).*", re.DOTALL)


def explained(error: BaseException, uri: str) -> str:
    """Return what went wrong, without SQL, and what to do about it; `uri` is that of the store."""
    text = " ".join(str(each) for each in chain(error))
    place = local_folder(uri)
    if place is None:
        return f"{named(error)}. Is the tracking server up?"
    for pattern, told in (
        (LOCKED, _locked), (FULL, _full), (NOT_WRITABLE, _not_writable), (DAMAGED, _damaged),
    ):  # fmt: skip
        if pattern.search(text):
            return told(place)
    if any(pattern.search(text) for pattern in (NEWER, OUT_OF_DATE, MISSING_COLUMN)):
        return _other_version(uri, place)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _full(place)
    return f"{named(error)}."


def named(error: BaseException) -> str:
    """Return the kind of an error and its text, without the statement that a database was given."""
    return f"{type(error).__name__}: {STATEMENT.sub('', str(error)).rstrip('. ')}"


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and what it came from."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__


def local_folder(uri: str) -> Path | None:
    """Return the SQLite file of a store, or its folder; None for one behind a server."""
    if uri.startswith(SQLITE):
        return Path(uri.removeprefix(SQLITE))
    return Path(uri.removeprefix("file://")) if uri.startswith(("file:", "/")) else None


def _locked(file: Path) -> str:
    look = f"fuser {shlex.quote(str(file))}"
    return (
        f"Another process has locked the file {file}, for longer than was waited for it. Close "
        f"what has it open, as a database browser or a copy under way ({look} names the process), "
        "and run the same again."
    )


def _full(file: Path) -> str:
    free = shutil.disk_usage(_existing(file)).free / 1e6
    return (
        f"The disk of {file} is full: {free:,.0f} MB are free. Make room there, and run the same "
        "again."
    )


def _not_writable(file: Path) -> str:
    return (
        f"This user may not write {file}, or its folder {file.parent}. Give it the permission, or "
        "name another store in tracking_uri of params/environments/, and run the same again."
    )


def _damaged(file: Path) -> str:
    return (
        f"{file} is damaged, or no store of MLflow. It was not touched. Put a copy of it back, or "
        "move it away: an empty one is made in its place."
    )


def _other_version(uri: str, file: Path) -> str:
    from mlflow.version import VERSION

    return (
        f"The tables in {file} are of another version of MLflow than {VERSION}, which is installed "
        "here. If they are older, keep a copy of the file and upgrade them: mlflow db upgrade "
        f"{shlex.quote(uri)}. If a newer MLflow made them, install that one, or name another store "
        "in tracking_uri of params/environments/."
    )


def _existing(file: Path) -> Path:
    return next(each for each in (file, *file.parents) if each.exists())
