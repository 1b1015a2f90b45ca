"""Progress: one bar for long work, in a notebook and in a terminal alike."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from foundation.lineage import NOTEBOOK

Tell = Callable[[int, int, str], None]  # done, of how many, and what was the last


@contextmanager
def progress(title: str, instead: Tell | None = None) -> Iterator[Tell]:
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


def _bar(title: str) -> Any:
    if NOTEBOOK in os.environ:
        # Nobody watches, and a widget would be kept as it was at the start: text keeps its end.
        from tqdm import tqdm as text_bar

        return text_bar(desc=title, total=0, file=sys.stdout, ncols=88, mininterval=2)
    from tqdm.auto import tqdm  # widgets where there is a notebook, and half a second to import

    return tqdm(desc=title, total=0, dynamic_ncols=True)
