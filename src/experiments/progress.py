"""Progress: one bar for long work, in a notebook and in a terminal alike."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from foundation.progress import OnProgress


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, or the stop button of a notebook: what was finished is kept."""

    def __init__(self, kept: str, again: str) -> None:
        super().__init__(f"Interrupted: {kept}. To go on from there, run {again} again.")


@contextmanager
def progress(title: str, instead: OnProgress[str] | None = None) -> Iterator[OnProgress[str]]:
    """Show a bar, unless somebody else is to be told `instead`."""
    if instead is not None:
        yield instead
        return
    with _bar(title) as bar:

        def tell(done: int, of: int, last: str) -> None:
            bar.total = of
            bar.set_postfix_str(last, refresh=False)
            bar.update(done - bar.n)

        yield tell


def say_above(line: str) -> None:
    """Print a line where it does not run into a bar."""
    from tqdm import tqdm

    tqdm.write(line)


def _bar(title: str) -> Any:
    from tqdm import tqdm

    if type(sys.stdout).__module__.startswith("ipykernel."):
        # A widget would be kept, in a saved notebook, as it was at the start: text keeps its end.
        return tqdm(desc=title, total=0, file=sys.stdout, ncols=88, mininterval=1)
    return tqdm(desc=title, total=0, dynamic_ncols=True)
