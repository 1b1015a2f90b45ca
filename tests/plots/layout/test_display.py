"""Whatever an experiment gives is shown as people read it best."""

import polars as pl
from IPython.display import Image, Markdown
from matplotlib.figure import Figure

from plots.layout.display import displayable
from plots.layout.tables import ReadableTable


def test_a_figure_is_a_picture_a_frame_a_table_and_a_text_markdown() -> None:
    picture = displayable(Figure())
    assert isinstance(picture, Image)
    assert picture.data.startswith(b"\x89PNG")
    assert isinstance(displayable(pl.DataFrame({"a": [1]})), ReadableTable)
    sentence = displayable("**sure**")
    assert isinstance(sentence, Markdown)
    assert sentence.data == "**sure**"


def test_anything_else_shows_itself() -> None:
    thing = object()
    assert displayable(thing) is thing
