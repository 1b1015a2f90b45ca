"""A study is kept in the database that was named, or in a journal on this machine."""

import shlex
from pathlib import Path

from experiments.tuning.params import TuneParams
from experiments.tuning.storage import dashboard_command, study_place
from fakes.ports.settings import fake_settings

URL = "postgresql://ann@db/studies"


def test_a_database_is_where_the_study_is_when_one_is_named() -> None:
    assert study_place(TuneParams(storage=URL), fake_settings()) == URL


def test_a_journal_in_the_state_directory_is_where_it_is_otherwise(tmp_path: Path) -> None:
    settings = fake_settings().model_copy(update={"state_directory": tmp_path / "state"})
    place = study_place(TuneParams(), settings)
    assert isinstance(place, Path)
    assert place.parent.is_dir()
    assert tmp_path / "state" in place.parents
    assert study_place(TuneParams(), settings) == place


def test_the_command_that_opens_the_dashboard_can_be_pasted_into_a_shell() -> None:
    place = Path("/home/ann lee/studies.journal")
    assert shlex.split(dashboard_command(place)) == ["optuna-dashboard", str(place)]
    assert shlex.split(dashboard_command(URL)) == ["optuna-dashboard", URL]
