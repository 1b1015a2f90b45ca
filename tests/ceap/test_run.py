import io

import pytest
from rich.console import Console
from typer.testing import CliRunner

from ceap.pipeline_progress import PipelineProgress, duration
from ceap.run import parsed_overrides
from foundation.errors import InvalidParams
from pipeline.notebooks.events import (
    CellFinished,
    CellStarted,
    ExecutionStarted,
    KernelStarted,
    StageFinished,
    StageRetried,
    StageSkipped,
    StageStarted,
)

EVENTS = [
    ExecutionStarted("tiny-1", "tiny", True),
    StageSkipped("make", 1, 2),
    StageStarted("double", 2, 2, 1),
    KernelStarted(0.5),
    CellStarted(1, 2, "Fit [all]"),
    CellFinished(1, 2, "Fit [all]", "failed", 61.0),
    StageRetried("double", 2, "the kernel was killed", 5.0),
    StageStarted("double", 2, 2, 2),
    CellStarted(1, 2, "Fit [all]"),
    CellFinished(1, 2, "Fit [all]", "completed", 0.25),
    StageFinished("double", 2, 2, 62.5, 312.4, "finished, but then its kernel died"),
]


def shown(*, is_terminal: bool) -> str:
    output = io.StringIO()
    console = Console(file=output, force_terminal=is_terminal, width=100, color_system=None)
    with PipelineProgress(console) as progress:
        for event in EVENTS:
            progress(event)
    return output.getvalue()


@pytest.mark.parametrize("is_terminal", [True, False])
def test_progress_leaves_a_line_for_every_finished_cell_and_stage(is_terminal):
    text = shown(is_terminal=is_terminal)
    for runner in (
        "Resuming tiny: execution tiny-1",
        "1/2 make  finished earlier, not run again",
        "✗ 1/2  Fit [all]",
        "the kernel was killed; attempt 2 in 5 s",
        "2/2 double, attempt 2",
        "✓ 1/2  Fit [all]",
        "2/2 double finished in 1:02, peak memory 312 MB",
        "finished, but then its kernel died",
    ):
        assert runner in text


def test_progress_without_a_terminal_is_plain_lines():
    assert "\x1b" not in shown(is_terminal=False)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.96, "10.0 s"), (12.4, "12 s"), (185, "3:05"), (3723, "1:02:03")],
)
def test_durations_read_naturally(seconds, text):
    assert duration(seconds) == text


def test_overrides_are_yaml_values():
    assert parsed_overrides(
        ["train.seed=7", "train.rate=0.5", "train.columns=[V1, V2]", "alert.limit=null",
         "alert.text=a=b"]
    ) == {
        "train": {"seed": 7, "rate": 0.5, "columns": ["V1", "V2"]},
        "alert": {"limit": None, "text": "a=b"},
    }  # fmt: skip


def test_all_malformed_overrides_are_told_at_once():
    with pytest.raises(InvalidParams) as refusal:
        parsed_overrides(["seed=7", "train.seed", ".seed=1", "train.seed=[1"])
    assert len(refusal.value.problems) == 4
    assert "STAGE.NAME=VALUE, as in train.seed=7" in str(refusal.value)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["training", "--replay", "x"], "go together"),
        (["training", "--from", "train"], "go together"),
        (["training", "--replay", "x", "--from", "train", "--date", "2026-11-21"], "its day"),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments, reason):
    import typer

    from ceap.run import run

    app = typer.Typer()
    app.command()(run)
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, InvalidParams)
    assert reason in str(result.exception)
