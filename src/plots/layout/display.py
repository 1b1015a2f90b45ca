"""Display of figures, tables and texts in a notebook."""

from importlib import import_module
from typing import Any

import polars as pl
from matplotlib.figure import Figure

from plots.layout.canvas import png
from plots.layout.tables import readable

notebook: Any = import_module("IPython.display")  # IPython's own names have no types


def show(*things: Any) -> None:
    """Display each thing: a figure as a picture, a data frame as a table, a text as Markdown.

    Anything else shows itself.
    """
    notebook.display(*map(displayable, things))


def displayable(thing: Any) -> Any:
    """Return the object that a notebook displays for a thing."""
    if isinstance(thing, Figure):
        return notebook.Image(png(thing), retina=True)
    if isinstance(thing, pl.DataFrame):
        return readable(thing)
    return notebook.Markdown(thing) if isinstance(thing, str) else thing
