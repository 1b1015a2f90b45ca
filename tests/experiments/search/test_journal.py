"""Optuna's dashboard is given each finished trial, once, and of a failed one the reason."""

from pathlib import Path

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from experiments.search.journal import StudyJournal, dashboard_command
from fakes.ports.settings import fake_settings
from fakes.studies.studies import run_study, study_request


def read(path: Path) -> list[optuna.trial.FrozenTrial]:
    storage = JournalStorage(JournalFileBackend(str(path)))
    return optuna.load_study(study_name="hill", storage=storage).trials


def test_finished_trials_are_read_by_optuna_also_after_a_second_opening(tmp_path: Path) -> None:
    settings = fake_settings().model_copy(update={"state_directory": tmp_path})
    trials = run_study(study_request(prune_below=40)).trials()
    for _ in range(2):
        journal = StudyJournal("hill", settings)
        for trial in trials:
            journal.add(trial)
    stored = read(journal.path)
    assert [each.value for each in stored] == [trial.value for trial in trials]
    assert [each.user_attrs["slot"] for each in stored] == [trial.slot for trial in trials]
    assert [each.params for each in stored] == [t.suggestion.drawn.parameters for t in trials]
    reasons = [each.user_attrs.get("reason") for each in stored]
    assert reasons == [trial.reason for trial in trials]
    assert any(reasons)


def test_what_a_killed_writer_left_does_not_stop_the_next(tmp_path: Path) -> None:
    settings = fake_settings().model_copy(update={"state_directory": tmp_path})
    left = StudyJournal("hill", settings).path
    left.write_bytes(b'{"op_code": 0, "wor')
    Path(f"{left}.lock").symlink_to(left)
    [first, *_] = run_study(study_request()).trials()
    journal = StudyJournal("hill", settings)
    journal.add(first)
    assert len(read(journal.path)) == 1


def test_the_command_of_the_dashboard_can_be_pasted() -> None:
    assert dashboard_command(Path("/my data/a.journal")) == "optuna-dashboard '/my data/a.journal'"


def test_a_journal_that_cannot_be_written_stops_no_study(tmp_path: Path) -> None:
    (tmp_path / "studies").write_text("a file in the place of the folder")
    journal = StudyJournal("hill", fake_settings().model_copy(update={"state_directory": tmp_path}))
    journal.add(run_study(study_request(trials=1)).trials()[0])
    assert "could not be written" in (journal.problem or "")
    assert "none is lost" in (journal.problem or "")
