"""`ceap`: a refusal is printed as a message, and the exit code says whose fault it is."""

import sys
from pathlib import Path

import pytest
from typer.main import get_command

from ceap.main import app, main

Output = pytest.CaptureFixture[str]


def exit_code(monkeypatch: pytest.MonkeyPatch, *words: str) -> object:
    monkeypatch.setattr(sys, "argv", ["ceap", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_work_that_fails_ends_with_1_and_its_message_alone(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert exit_code(monkeypatch, "data", "ingest", "/nowhere/[mine].csv") == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("NotFound  There is no file")
    assert "/nowhere/[mine].csv" in printed.err
    assert "Traceback" not in printed.err
    assert printed.out.strip() == ""


def test_a_wrong_request_ends_with_2_and_every_problem_of_it(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    words = ("run", "training", "--replay", "training-1", "--date", "2026-11-21")
    assert exit_code(monkeypatch, *words) == 2
    message = capsys.readouterr().err
    assert message.startswith("InvalidParams")
    assert "go together" in message
    assert "a replay keeps its day" in message
    assert not state.exists()


def test_help_ends_with_0(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    assert exit_code(monkeypatch, "-h") == 0
    assert "Usage" in capsys.readouterr().out


def test_every_command_and_group_has_a_help_of_its_own() -> None:
    commands = getattr(get_command(app), "commands", {})
    helps = [command.help for command in commands.values()]
    assert {"demo", "run", "promote", "data", "aws"} <= set(commands)
    assert all(helps)
    assert len(set(helps)) == len(helps)
