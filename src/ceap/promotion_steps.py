"""Promotion steps: what a promotion is doing, live on a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Leave a line for each step; on a terminal, a spinner says which one runs now."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("reading what is in production") as status:

        def told(step: str) -> None:
            status.update(step)
            console.print(f"[green]·[/] {step}", highlight=False)

        yield told
