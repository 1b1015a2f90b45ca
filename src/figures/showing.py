"""Showing: figures, tables and sentences in a notebook, each as people read it best."""

from typing import Any

import polars as pl
from matplotlib.figure import Figure

from figures.canvas import png
from figures.tables import readable


def show(*things: Any) -> None:
    """Display each thing: a figure as a picture, a data frame as a table, a text as Markdown.

    Anything else shows itself.
    """
    from IPython.display import display  # only a notebook has it loaded already

    display(*map(shown, things))


def shown(thing: Any) -> Any:
    """What stands for a thing in a notebook."""
    from IPython.display import Image, Markdown

    if isinstance(thing, Figure):
        return Image(png(thing), retina=True)
    if isinstance(thing, pl.DataFrame):
        return readable(thing)
    return Markdown(thing) if isinstance(thing, str) else thing
