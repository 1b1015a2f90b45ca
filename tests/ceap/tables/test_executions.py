"""Executions on a terminal: how far each came, what failed, and how to go on."""

from pathlib import Path

import pytest

from ceap.tables.executions import execution_report, executions_table
from fakes.processes.terminal import printed
from fakes.tiny.project import Project, tiny_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """An execution whose first stage has finished."""
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    project = tiny_project(tmp_path)
    project.plan("tiny-1")
    project.finish_make("tiny-1")
    return project


def test_an_execution_is_shown_with_what_it_read_and_wrote_and_how_to_go_on(
    project: Project,
) -> None:
    text = printed(*execution_report(project.detail("tiny-1")), width=80)
    assert "executions/tiny-1/make/numbers.json" in text
    assert "ceap run tiny --execution-id tiny-1" in text


def test_a_list_names_the_stage_at_which_an_execution_stopped(project: Project) -> None:
    [row] = [
        line
        for line in printed(executions_table([project.detail("tiny-1")])).splitlines()
        if "tiny-1" in line
    ]
    assert "interrupted at double" in row


def test_a_finished_execution_is_not_to_be_resumed(project: Project) -> None:
    project.finish_double("tiny-1")
    detail = project.detail("tiny-1")
    assert "Resume it" not in printed(*execution_report(detail))
    assert "finished" in printed(executions_table([detail]))
    assert " at " not in printed(executions_table([detail]))
