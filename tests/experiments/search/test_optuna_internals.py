"""The private names of Optuna that this project uses are there, and mean what we take them for.

When one of these fails after an update of Optuna, the message says which module to adapt. Until
then `optuna` in pyproject.toml stays below the version that changed the name.
"""

import importlib
import inspect
import json
from pathlib import Path

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState, create_trial

from experiments.search.optuna_log import ANNOUNCERS

JOURNAL = (
    "Optuna's journal has changed: adapt JournalFile in src/experiments/search/journal_file.py "
    "(which operations are forced to the disk, and how lines are appended)."
)


def parameters(function: object) -> list[str]:
    return list(inspect.signature(function).parameters)  # type: ignore[arg-type]


def test_the_operations_of_the_journal_have_their_names_and_order() -> None:
    module = importlib.import_module("optuna.storages.journal._storage")
    operations = {each.name: int(each) for each in getattr(module, "JournalOperation", ())}
    of_a_study = sorted(operations, key=lambda name: operations[name])[:4]
    assert of_a_study == [
        "CREATE_STUDY", "DELETE_STUDY", "SET_STUDY_USER_ATTR", "SET_STUDY_SYSTEM_ATTR",
    ], JOURNAL  # fmt: skip
    assert "SET_TRIAL_STATE_VALUES" in operations, JOURNAL


def test_a_line_of_the_journal_names_its_operation_and_the_state_of_a_finished_trial(
    tmp_path: Path,
) -> None:
    file = tmp_path / "journal"
    study = optuna.create_study(
        study_name="canary", storage=JournalStorage(JournalFileBackend(str(file)))
    )
    study.tell(study.ask(), 0.5)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert all("op_code" in line for line in lines), JOURNAL
    assert TrialState.COMPLETE in [line.get("state") for line in lines], JOURNAL


def test_a_journal_backend_appends_logs_to_the_path_that_it_is_given() -> None:
    assert parameters(JournalFileBackend.__init__)[:2] == ["self", "file_path"], JOURNAL
    assert parameters(JournalFileBackend.append_logs) == ["self", "logs"], JOURNAL
    assert parameters(JournalFileBackend.read_logs) == ["self", "log_number_from"], JOURNAL


def test_a_trial_has_the_id_by_which_storages_know_it() -> None:
    trial = create_trial(state=TrialState.WAITING)
    assert hasattr(trial, "_trial_id"), (
        "FrozenTrial._trial_id is gone: StudyStore in src/experiments/search/store.py needs "
        "another way to name a trial to the storage."
    )


def test_the_loggers_that_announce_studies_are_those_that_we_silence() -> None:
    for name in ANNOUNCERS:
        module = importlib.import_module(name)
        assert getattr(module, "_logger", None) is not None, (
            f"{name} logs no longer: adapt ANNOUNCERS in src/experiments/search/optuna_log.py."
        )
        assert module._logger.name == name
