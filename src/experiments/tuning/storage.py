"""Study place: where the trials of a study are kept, and how to look at them while it runs."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from foundation.settings import Settings

if TYPE_CHECKING:
    from experiments.tuning.params import TuneParams


def study_place(params: "TuneParams", settings: Settings) -> str | Path:
    """The database that was named, or else a journal file on this machine, one for all studies."""
    if params.storage:
        return params.storage
    folder = settings.state_directory / "studies"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "studies.journal"


def dashboard_command(place: str | Path) -> str:
    """The command that opens Optuna's dashboard on the studies."""
    return f"optuna-dashboard {shlex.quote(str(place))}"
