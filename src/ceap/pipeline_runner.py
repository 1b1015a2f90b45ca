"""Pipeline runner: how commands run pipelines, with progress shown and a clean end after Ctrl-C."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from ceap.interrupts import INTERRUPTED, sigterm_as_ctrl_c

if TYPE_CHECKING:
    from pipeline.runs.planning import Runner


def open_runner() -> "Runner":
    from ceap.environment import open_environment
    from foundation.session import Session
    from pipeline.runs.planning import Runner

    return Runner(Session.open(settings=open_environment()))


@contextmanager
def watched_runner() -> "Iterator[Runner]":
    """Open a runner that shows progress, and exit with code 130 after Ctrl-C or SIGTERM.

    The records of the interrupted execution are completed first.
    """
    from rich.console import Console

    from ceap.pipeline_progress import PipelineProgress
    from pipeline.runs.stage_run import ExecutionInterrupted

    runner = open_runner()
    try:
        with sigterm_as_ctrl_c(), PipelineProgress(Console()) as progress:
            yield replace(runner, on_event=progress)
    except ExecutionInterrupted as stop:
        typer.echo(str(stop), err=True)
        raise typer.Exit(INTERRUPTED) from None
