"""An experiment session over fakes, in which a table without time and amount is prepared."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from experiments.protocol import DataChoice
from experiments.session import ExperimentSession
from fakes.data.bare_csv import SPEC, bare_project, bare_text
from fakes.ports.session import SETTINGS, fake_session


@contextmanager
def bare_session(folder: Path) -> Iterator[ExperimentSession]:
    """Open a session whose project and state are in `folder`."""
    project = bare_project(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CEAP_PROJECT", str(project))
        opened = fake_session(bare_text(), choice=DataChoice(data=SPEC.name))
        settings = SETTINGS.model_copy(update={"state_directory": folder / "state"})
        yield replace(opened, settings=settings)
