"""Journal of a study: its finished trials as Optuna's dashboard reads them."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from experiments.search.optuna_log import silence_new_studies
from experiments.search.trials import FinishedTrial, as_optuna
from foundation.settings import Settings


class StudyJournal:
    """A file of one study, begun anew each time the study is opened.

    A study does not depend on it: a file that cannot be written is left, and `problem` says why.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        self.path = settings.state_directory / "studies" / f"{name}.journal"
        self.problem: str | None = None
        self._study: optuna.Study | None = None
        with self._problem_kept():
            self._study = self._begun(name)

    def add(self, trial: FinishedTrial) -> None:
        """Append a finished trial."""
        with self._problem_kept():
            if self._study is not None:
                self._study.add_trial(as_optuna(trial))

    def _begun(self, name: str) -> optuna.Study:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for stale in (self.path, Path(f"{self.path}.lock")):
            stale.unlink(missing_ok=True)
        silence_new_studies()
        storage = JournalStorage(JournalFileBackend(str(self.path)))
        return optuna.create_study(storage=storage, study_name=name, direction="maximize")

    @contextmanager
    def _problem_kept(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._study = None
            self.problem = (
                f"The journal {self.path} could not be written ({error}): optuna-dashboard will "
                "not show all trials of this study, of which none is lost."
            )


def dashboard_command(journal: Path) -> str:
    """Return the command that opens Optuna's dashboard on a study."""
    return f"optuna-dashboard {shlex.quote(str(journal))}"
