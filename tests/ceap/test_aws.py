"""`ceap aws`: what it prints, and with which exit code."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ceap.aws import app, print_status
from foundation.settings import load_settings
from local_aws import down
from local_aws.report import EndpointReport, LocalAwsStatus, Service

COMMANDS = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"})
FAILED = EndpointReport(
    name="failing", status="Failed", config="c", model_data=None, url=None, pid=None, restarts=0,
    failure="The container did not pass the ping health check.", log=Path("/state/aws/e.log"),
)  # fmt: skip


@pytest.fixture
def machine(state: Path) -> Iterator[Path]:
    """A machine whose local AWS was never started; what a test starts is stopped."""
    yield state
    down(load_settings())


def test_status_before_anything_was_started_says_how_to_start_it(machine):
    shown = COMMANDS.invoke(app, ["status"])
    assert shown.exit_code == 3
    assert "stopped" in shown.output
    assert "ceap aws up" in shown.output


def test_up_status_down_and_reset_tell_what_they_did(machine):
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
    assert not (machine / "aws").exists()


def test_what_is_dead_is_shown_with_its_log_and_the_way_to_start_it(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    log = Path("/state/aws/sagemaker.log")
    dead = Service("sagemaker", "dead", log)
    print_status(LocalAwsStatus((dead,), endpoints=(FAILED,), resources={"bucket": ("data",)}))
    printed = capsys.readouterr().out
    for words in ("dead", "failing", "ping health check", "/state/aws", "ceap aws up"):
        assert words in printed
    assert "bucket" not in printed  # nobody can tell what is in it


def test_help_explains_what_each_command_keeps():
    assert "All of it is kept" in COMMANDS.invoke(app, ["down", "--help"]).output
    assert "delete all it holds" in COMMANDS.invoke(app, ["reset", "--help"]).output
