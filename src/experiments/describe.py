"""Describe: a draft of the description of a file, with a table and a picture of its content."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.notebook_questions import ask_below_cell, in_kernel

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from catalog.description.describing import DescribedFile
    from catalog.description.guess import Question

__all__ = ["Description", "describe"]


@dataclass(frozen=True)
class Description:
    """The draft of `params/data/{name}.yaml`, and what the file holds.

    `questions` are what only a person can say; while one is open, the description is refused.
    """

    described: "DescribedFile" = field(repr=False)

    @property
    def name(self) -> str:
        """The name of the data set."""
        return self.described.draft.name

    @property
    def yaml(self) -> str:
        """The draft, with a comment on each line."""
        return self.described.draft.to_yaml()

    @property
    def questions(self) -> list[str]:
        """What is open, as sentences."""
        return [f"{one.key}: {one.sentence}" for one in self.described.draft.questions]

    @property
    def doubts(self) -> list[str]:
        """What the values can hardly be, as sentences; empty while questions are open."""
        facts = self.described.facts
        return [] if facts is None else [one.sentence for one in facts.plausibility.doubts]

    def table(self) -> "pl.DataFrame":
        """Return one row a column: its role, why, missing share, distinct values, examples."""
        from catalog.description.tables import column_table

        return column_table(self.described.draft)

    def facts_table(self) -> "pl.DataFrame":
        """Return what is known of the whole file: rows, class balance, span of time, amounts."""
        from catalog.description.tables import facts_table

        return facts_table(self.described)

    def plot(self) -> "Figure":
        """Draw class balance, time, missing values and numbers of different values."""
        from catalog.description.tables import column_table
        from plots.description_plot import description_plot

        facts = self.described.facts
        return description_plot(
            self.name,
            column_table(self.described.draft),
            labels=None if facts is None else facts.labels,
            times=None if facts is None else facts.times,
            has_calendar=facts is not None and facts.has_calendar,
        )

    def readable_table(self) -> "pl.DataFrame":
        """Return the table with shares in percent, as a terminal shows it."""
        import polars as pl

        percent = pl.col("missing").map_elements(_percent, return_dtype=pl.String)
        return self.table().with_columns(percent)

    def save_plot(self, path: Path) -> None:
        """Write the picture as PNG to `path`, and make its folder."""
        from plots.layout.canvas import png

        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(self.plot()))

    def write(self, *, replace: bool = False) -> Path:
        """Write the draft to `params/data/{name}.yaml`; AlreadyExists unless `replace`."""
        from catalog.description.describing import write_description

        return write_description(self.described.draft, replace=replace)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the facts, the columns, and the open questions."""
        from html import escape

        from plots.layout.tables import readable

        tables = (readable(table)._repr_html_() for table in (self.facts_table(), self.table()))
        lists = {"Still to be answered:": self.questions, "Doubtful:": self.doubts}
        parts = list(tables)
        for title, sentences in lists.items():
            items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
            parts.append(f"<p>{title}</p><ul>{items}</ul>" if items else "")
        return "".join(parts)


def _percent(share: float) -> str:
    return f"{share:.1%}" if share else ""


def describe(
    file: str | Path,
    *,
    name: str = "",
    answers: "dict[str, Any] | None" = None,
    ask: "Callable[[Question], Any] | None" = None,
) -> Description:
    """Look at every row of a file, and draft its description; nothing is written.

    Args:
        file: CSV in any dialect, JSON, JSON Lines or Parquet, plain or compressed.
        name: The name of the data set; that of the file by default.
        answers: Answers to questions that the file leaves open, by key, such as
            `{"positive": "Y", "time_unit": "hours"}`.
        ask: Asked for what `answers` lacks; gets the question, and returns None to leave it open.
            By default, a notebook asks in a field below its cell; anything else leaves it open.

    Raises:
        NotFound: There is no such file.
        InvalidData: The file is no table.
        InvalidParams: An answer is none that its question allows, or answers no question.
    """
    from catalog.description.describing import describe_file
    from foundation.errors import InvalidParams

    unused = dict(answers or {})
    if ask is None and in_kernel():
        ask = ask_below_cell

    def answer(question: "Question") -> Any:
        if question.key in unused:
            return unused.pop(question.key)
        return ask(question) if ask is not None else None

    description = Description(describe_file(Path(file), name=name, ask=answer))
    if unused:
        decided = description.described.draft.values
        problems = [
            f"{key}: the file decides {decided[key]!r}; edit the line in the draft"
            if key in decided
            else f"{key}: nothing asks for it"
            for key in unused
        ]
        raise InvalidParams(str(file), problems)
    return description
