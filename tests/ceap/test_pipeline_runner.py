"""The runner of a command: in its environment, with progress shown, and a clean end if stopped."""

import signal

import pytest
import typer

from ceap.pipeline_runner import open_runner, watched_runner
from pipeline.notebooks.events import ExecutionStarted
from pipeline.runs.stage_run import ExecutionInterrupted

pytestmark = pytest.mark.usefixtures("account_environment")


def test_pipelines_run_in_the_environment_of_the_command() -> None:
    runner = open_runner()
    assert runner.session.settings.data_bucket == "fraud-detection-data-123456789012"
    assert next(iter(runner.stages("training"))).name == "prepare"


def test_what_a_pipeline_reports_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with watched_runner() as runner:
        runner.on_event(ExecutionStarted("training-1", "training", is_resumed=False))
    assert "Running training: execution training-1" in capsys.readouterr().out


def test_an_interrupted_execution_ends_the_command_with_130_and_the_way_to_go_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    message = "Resume with: ceap run training --execution-id training-1"
    with pytest.raises(typer.Exit) as ended, watched_runner():
        raise ExecutionInterrupted(message)
    assert ended.value.exit_code == 130
    assert message in capsys.readouterr().err


def test_a_job_that_is_stopped_is_interrupted_as_by_ctrl_c() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), watched_runner():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before
