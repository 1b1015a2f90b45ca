"""The progress of a pipeline: a line for every cell and stage, on any output."""

import io

import pytest
from rich.console import Console

from ceap.pipeline_progress import PipelineProgress, duration
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
    for line in (
        "Resuming tiny: execution tiny-1",
        "1/2 make  finished earlier, not run again",
        "✗ 1/2  Fit [all]",
        "the kernel was killed; attempt 2 in 5 s",
        "2/2 double, attempt 2",
        "✓ 1/2  Fit [all]",
        "2/2 double finished in 1:02, peak memory 312 MB",
        "finished, but then its kernel died",
    ):
        assert line in text


def test_progress_without_a_terminal_is_plain_lines():
    assert "\x1b" not in shown(is_terminal=False)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.96, "10.0 s"), (12.4, "12 s"), (185, "3:05"), (3723, "1:02:03")],
)
def test_durations_read_naturally(seconds, text):
    assert duration(seconds) == text
