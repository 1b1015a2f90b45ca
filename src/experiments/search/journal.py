"""Journal of a study: its finished trials as Optuna's dashboard reads them."""

import shlex
from pathlib import Path

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from experiments.search.optuna_log import silence_new_studies
from experiments.search.trials import FinishedTrial, as_optuna
from foundation.settings import Settings


class StudyJournal:
    """A file of one study, begun anew each time the study is opened."""

    def __init__(self, name: str, settings: Settings) -> None:
        folder = settings.state_directory / "studies"
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"{name}.journal"
        for stale in (self.path, Path(f"{self.path}.lock")):
            stale.unlink(missing_ok=True)
        silence_new_studies()
        storage = JournalStorage(JournalFileBackend(str(self.path)))
        self._study = optuna.create_study(storage=storage, study_name=name, direction="maximize")

    def add(self, trial: FinishedTrial) -> None:
        """Append a finished trial."""
        self._study.add_trial(as_optuna(trial))


def dashboard_command(journal: Path) -> str:
    """Return the command that opens Optuna's dashboard on a study."""
    return f"optuna-dashboard {shlex.quote(str(journal))}"
