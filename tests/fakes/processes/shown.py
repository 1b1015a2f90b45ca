"""Shown: a notebook executed in this process, the figures that it made and what it displayed."""

import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipeline.notebooks.notebook_source import PARAMETERS, cell_tags, read_cells

EMPTY_ROW = "none</td>"  # what a table without rows has in their place


class Shown(NamedTuple):
    """The variables of an executed notebook, and the MIME bundle of everything displayed."""

    variables: dict[str, Any]
    displayed: list[dict[str, Any]]

    @property
    def tables(self) -> list[str]:
        return [shown["text/html"] for shown in self.displayed if "text/html" in shown]

    @property
    def texts(self) -> list[str]:
        return [shown["text/markdown"] for shown in self.displayed if "text/markdown" in shown]

    @property
    def pictures(self) -> list[bytes]:
        return [shown["image/png"] for shown in self.displayed if "image/png" in shown]

    @property
    def figures(self) -> list[Figure]:
        """Every figure that a variable is, or holds."""
        return [figure for value in self.variables.values() for figure in _figures(value)]

    def require_nothing_empty(self) -> None:
        """Fail for a table without rows, and for a figure with axes on which nothing is drawn."""
        assert self.tables
        for table in self.tables:
            rows = re.findall("<tr>.*?</tr>", table.split("<tbody>")[1], re.DOTALL)
            assert rows, table
            assert EMPTY_ROW not in rows[0], table
        assert len(self.pictures) == len(self.figures) > 0
        for figure in self.figures:
            assert figure.axes
            assert all(is_drawn_on(axes) for axes in figure.axes), figure.texts


def shown_by(notebook: Path, **parameters: Any) -> Shown:
    """Execute a notebook with these parameters; whatever a cell raises is raised."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of IPython itself, which opens no history here
        shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    displayed: list[dict[str, Any]] = []
    try:
        for cell in read_cells(notebook):
            if cell["cell_type"] == "code":
                with capture_output() as captured:
                    shell.run_cell(cell["source"]).raise_error()
                displayed += [output.data for output in captured.outputs]
                if PARAMETERS in cell_tags(cell):
                    shell.user_ns.update(parameters)
        return Shown(dict(shell.user_ns), displayed)
    finally:
        InteractiveShell.clear_instance()


def is_drawn_on(axes: Axes) -> bool:
    """Return whether axes hold data: points, bars or steps, besides limits that are marked."""
    lines = [line for line in axes.lines if line.get_transform() == axes.transData]
    points = [np.asarray(line.get_ydata(), dtype=np.float64) for line in lines]
    boxes = [patch.get_path().get_extents(patch.get_patch_transform()) for patch in axes.patches]
    return (
        any(np.isfinite(values).any() for values in points)
        or any(box.width > 0 or box.height > 0 for box in boxes)
        or any(len(drawn.get_paths()) or len(drawn.get_offsets()) for drawn in axes.collections)
    )


def _figures(value: Any) -> Iterator[Figure]:
    if isinstance(value, Figure):
        yield value
    elif isinstance(value, dict):
        yield from (each for each in value.values() if isinstance(each, Figure))
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, Figure))
