"""`ceap aws`: what it prints, and with which exit code."""

import pytest
from typer.testing import CliRunner

from ceap.aws import app
from local_aws import down

COMMANDS = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"})


@pytest.fixture
def state(stopped_settings, monkeypatch):
    monkeypatch.setenv("CEAP_ENVIRONMENT", "local")
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", str(stopped_settings.state_directory))
    return stopped_settings


def test_status_before_anything_was_started_says_how_to_start_it(state):
    shown = COMMANDS.invoke(app, ["status"])
    assert shown.exit_code == 3
    assert "stopped" in shown.output
    assert "ceap aws up" in shown.output


def test_up_status_down_and_reset_tell_what_they_did(state):
    started = COMMANDS.invoke(app, ["up"])
    assert started.exit_code == 0, started.output
    for expected in ("running", "http://127.0.0.1:", "FraudScores", "fraud-detection-alerts-inbox"):
        assert expected in started.output
    assert COMMANDS.invoke(app, ["status"]).exit_code == 0

    refused = COMMANDS.invoke(app, ["reset"], input="n\n")
    assert refused.exit_code == 1
    assert COMMANDS.invoke(app, ["status"]).exit_code == 0

    assert "What it holds is saved" in COMMANDS.invoke(app, ["down"]).output
    assert COMMANDS.invoke(app, ["status"]).exit_code == 3

    assert "Deleted" in COMMANDS.invoke(app, ["reset", "--yes"]).output
    assert not (state.state_directory / "aws").exists()


def test_status_shows_endpoints_and_why_one_failed(standin_aws, deployer, monkeypatch):
    monkeypatch.setenv("CEAP_ENVIRONMENT", "local")
    monkeypatch.setenv("CEAP_STATE_DIRECTORY", str(standin_aws.state_directory))
    name = deployer.in_service()
    failed = deployer.endpoint(deployer.config(exits=3))
    deployer.settled(failed)
    shown = COMMANDS.invoke(app, ["status"]).output
    assert name in shown
    assert failed in shown
    assert "InService" in shown
    assert "ping health check" in shown


def test_help_explains_what_each_command_keeps(state):
    assert "All of it is kept" in COMMANDS.invoke(app, ["down", "--help"]).output
    assert "delete all it holds" in COMMANDS.invoke(app, ["reset", "--help"]).output
    down(state)
