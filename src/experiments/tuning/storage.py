"""Storage of studies: the database or journal file, and the command of Optuna's dashboard."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from foundation.settings import Settings

if TYPE_CHECKING:
    from experiments.tuning.params import TuneParams


def study_place(params: "TuneParams", settings: Settings) -> str | Path:
    """Return the URL of the database, or else the journal file of all studies on this machine."""
    if params.storage:
        return params.storage
    folder = settings.state_directory / "studies"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "studies.journal"


def dashboard_command(storage: str | Path) -> str:
    """Return the command that opens Optuna's dashboard on the studies."""
    return f"optuna-dashboard {shlex.quote(str(storage))}"
