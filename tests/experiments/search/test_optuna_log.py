"""Optuna announces no new study on the screen, and still warns."""

import logging
from pathlib import Path

import pytest

from experiments.search.journal import StudyJournal
from experiments.search.optuna_log import ANNOUNCERS
from experiments.search.sampling import study_in_memory
from fakes.ports.settings import fake_settings


def test_a_new_study_is_not_announced(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    StudyJournal("hill", fake_settings().model_copy(update={"state_directory": tmp_path}))
    study_in_memory([])
    assert capfd.readouterr() == ("", "")


def test_warnings_are_still_logged() -> None:
    study_in_memory([])
    assert all(logging.getLogger(name).isEnabledFor(logging.WARNING) for name in ANNOUNCERS)
