"""Progress bars for long work, in notebooks and in terminals."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from foundation.progress import OnProgress


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, or the stop button of a notebook; finished work is kept."""

    def __init__(self, kept: str, again: str) -> None:
        super().__init__(f"Interrupted: {kept}. To go on from there, run {again} again.")


@contextmanager
def progress(title: str, instead: OnProgress[str] | None = None) -> Iterator[OnProgress[str]]:
    """Yield the callback of a new bar, or `instead`, which then replaces the bar."""
    if instead is not None:
        yield instead
        return
    with _bar(title) as bar:

        def update(done: int, of: int, last: str) -> None:
            bar.total = of
            bar.set_postfix_str(last, refresh=False)
            bar.update(done - bar.n)

        yield update


def print_above_bar(line: str) -> None:
    """Print a line above the bar."""
    from tqdm import tqdm

    tqdm.write(line)


def _bar(title: str) -> Any:
    from tqdm import tqdm

    if type(sys.stdout).__module__.startswith("ipykernel."):
        # A saved notebook keeps a widget as it was at its start, and text as it was at its end.
        return tqdm(desc=title, total=0, file=sys.stdout, ncols=88, mininterval=1)
    return tqdm(desc=title, total=0, dynamic_ncols=True)
