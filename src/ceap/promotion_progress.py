"""Promotion progress: the steps of a promotion, live on a terminal, and its state if it stops."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from ceap.interrupts import INTERRUPTED, sigterm_as_ctrl_c

NOTHING_CHANGED = "It was a dry run: nothing was changed."
IN_DOUBT = (
    "Readers see the old configuration or the new one, whole. To learn which, and to finish or "
    "give up what was begun: ceap promotion recover"
)


@contextmanager
def promotion_progress(*, dry_run: bool = False) -> Iterator[Callable[[str], None]]:
    """Print a line for each step, and on a terminal a spinner for the one that runs now.

    Ctrl-C, or SIGTERM, ends the command with a message about what is in production.
    """
    from rich.console import Console

    console = Console(stderr=True)
    try:
        with sigterm_as_ctrl_c(), console.status("reading what is in production") as status:

            def on_step(step: str) -> None:
                status.update(step)
                console.print(f"[green]·[/] {step}", highlight=False)

            yield on_step
    except KeyboardInterrupt as stop:
        otherwise = NOTHING_CHANGED if dry_run else IN_DOUBT
        stands = " ".join(getattr(stop, "__notes__", [])) or otherwise
        typer.echo(f"Interrupted. {stands}", err=True)
        raise typer.Exit(INTERRUPTED) from None
