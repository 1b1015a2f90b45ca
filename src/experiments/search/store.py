"""Store: where a study's trials are kept, and the few things that are done to them there."""

import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from optuna.distributions import BaseDistribution
from optuna.exceptions import (
    DuplicatedStudyError,
    StorageInternalError,
    UpdateFinishedTrialError,
)
from optuna.storages import BaseStorage, JournalStorage, RDBStorage, get_storage
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState, create_trial
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from experiments.search.journal_file import JournalFile
from experiments.search.optuna_log import silence_new_studies
from foundation.errors import InvalidParams, NotFound, Unavailable

OPENING_ATTEMPTS = 5


def open_storage(where: str | Path) -> BaseStorage:
    """Open a journal file (made when it is not there) or a database by its URL.

    Raises InvalidParams for a database that cannot hand a trial to one worker alone, and
    Unavailable when it does not answer.
    """
    with storage_trouble(where):
        if "://" in str(where):
            return get_storage(_database(str(where)))
        path = Path(where)
        path.parent.mkdir(parents=True, exist_ok=True)
        return JournalStorage(JournalFile(path))


def without_password(where: str | Path) -> str:
    """Return the path or URL of a storage, without its password."""
    if "://" not in str(where):
        return str(where)
    try:
        return make_url(str(where)).render_as_string(hide_password=True)
    except ArgumentError:
        return "the database"


@contextmanager
def storage_trouble(where: str | Path) -> Iterator[None]:
    """Turn what a storage raises into one of our errors, which say what is kept."""
    try:
        yield
    except UpdateFinishedTrialError:
        raise
    except KeyError as error:
        message = f"The study is no longer in {without_password(where)}: it was deleted."
        raise NotFound(message) from error
    # A journal that something else wrote into raises ValueError.
    except (OSError, SQLAlchemyError, StorageInternalError, ValueError) as error:
        message = (
            f"The study in {without_password(where)} could not be read or written: "
            f"{_cause(error)}. Every trial that finished is kept there. Free the disk or start the "
            "server, and run the same again: it goes on from there."
        )
        raise Unavailable(message) from error


class StudyStore:
    """One study in a storage. Claiming and finishing are atomic: one worker wins."""

    def __init__(self, storage: BaseStorage, study_id: int, where: str | Path) -> None:
        self._storage, self._study, self.where = storage, study_id, where

    def attributes(self) -> dict[str, Any]:
        with storage_trouble(self.where):
            return self._storage.get_study_user_attrs(self._study)

    def keep(self, name: str, value: Any) -> None:
        with storage_trouble(self.where):
            self._storage.set_study_user_attr(self._study, name, value)

    def trials(self) -> list[FrozenTrial]:
        """Every trial in the order of creation; not to be changed."""
        with storage_trouble(self.where):
            return self._storage.get_all_trials(self._study, deepcopy=False)

    def create(
        self,
        parameters: dict[str, Any],
        distributions: dict[str, BaseDistribution],
        attributes: dict[str, Any],
    ) -> None:
        """Create a trial whole, waiting for a worker."""
        waiting = create_trial(
            state=TrialState.WAITING,
            params=parameters,
            distributions=distributions,
            user_attrs=attributes,
        )
        with storage_trouble(self.where):
            self._storage.create_new_trial(self._study, template_trial=waiting)

    def claim(self, trial: FrozenTrial) -> bool:
        """Take a waiting trial; False when someone else has it."""
        return self._change(trial, lambda id_: self._set_state(id_, TrialState.RUNNING))

    def note(self, trial: FrozenTrial, name: str, value: Any) -> bool:
        """Keep a fact about an unfinished trial; False when it has finished."""
        return self._change(trial, lambda id_: self._storage.set_trial_user_attr(id_, name, value))

    def step(self, trial: FrozenTrial, step: int, value: float) -> bool:
        return self._change(
            trial, lambda id_: self._storage.set_trial_intermediate_value(id_, step, value)
        )

    def finish(self, trial: FrozenTrial, state: TrialState, value: float | None = None) -> bool:
        """Finish a trial; False when another has finished it before."""
        return self._change(trial, lambda id_: self._set_state(id_, state, value))

    def _set_state(self, trial_id: int, state: TrialState, value: float | None = None) -> bool:
        values = None if value is None else [value]
        return self._storage.set_trial_state_values(trial_id, state=state, values=values)

    def _change(self, trial: FrozenTrial, change: Any) -> bool:
        try:
            with storage_trouble(self.where):
                return change(trial._trial_id) is not False
        except UpdateFinishedTrialError:
            return False


def create_or_find(storage: BaseStorage, name: str, where: str | Path) -> tuple[StudyStore, bool]:
    """Find the study, or create it; says whether it was created."""
    silence_new_studies()
    with storage_trouble(where):
        try:
            found = find(storage, name, where)
            if found is not None:
                return found, False
            study_id = storage.create_new_study([StudyDirection.MAXIMIZE], name)
            return StudyStore(storage, study_id, where), True
        except DuplicatedStudyError:  # another worker was quicker
            return StudyStore(storage, storage.get_study_id_from_name(name), where), False


def find(storage: BaseStorage, name: str, where: str | Path) -> StudyStore | None:
    try:
        return StudyStore(storage, storage.get_study_id_from_name(name), where)
    except KeyError:
        return None


def _database(url: str) -> RDBStorage:
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError as error:
        what = "The storage of the study"
        raise InvalidParams(what, [f"it is not a database URL: {error}"]) from None
    if backend == "sqlite":
        what, problem = (
            "The storage of the study",
            "SQLite cannot hand a trial to one worker alone; give the path of a journal file, "
            "or the URL of a PostgreSQL",
        )
        raise InvalidParams(what, [problem])
    _make_tables(url)
    engine_kwargs = {"pool_pre_ping": True}  # a server that was started again is asked again
    database = RDBStorage(url, engine_kwargs=engine_kwargs, skip_table_creation=True)
    # Optuna never closes its connections.
    weakref.finalize(database, database.engine.dispose)
    return database


def _make_tables(url: str) -> None:
    """Make Optuna's tables where there are none, over connections that are not kept.

    Workers that start together on an empty database make them at once; all but the first are then
    told that they exist, and look again.
    """
    for attempt in range(1, OPENING_ATTEMPTS + 1):
        try:
            RDBStorage(url, engine_kwargs={"poolclass": NullPool})
            return
        except (IntegrityError, ProgrammingError):
            if attempt == OPENING_ATTEMPTS:
                raise
            time.sleep(0.1 * attempt)


def _cause(error: BaseException) -> str:
    """Return the first line of the deepest cause: the message of the disk or the server."""
    while error.__cause__ is not None:
        error = error.__cause__
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
