"""Describe: the command that drafts the description of a file, and asks what the file hides."""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ceap.data_commands.next_steps import compare_models

if TYPE_CHECKING:
    from catalog.description.guess import Question
    from catalog.reading.many_files import ManyFiles
    from experiments.describe import Description

Answer = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        metavar="KEY=VALUE",
        help="Answer a question beforehand: positive=Y, time_unit=hours. May be repeated.",
    ),
]


def describe(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE|FOLDER...",
            help="CSV, JSON, JSON Lines or Parquet, maybe compressed; several are one table.",
        ),
    ],
    name: Annotated[
        str, typer.Option("--name", help="The name of the data set; that of the file by default.")
    ] = "",
    answers: Answer = None,
    no_input: Annotated[
        bool, typer.Option("--no-input", help="Ask nothing; leave questions in the draft.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a description of that name.")
    ] = False,
) -> None:
    """Look at a file, and draft `params/data/NAME.yaml`: its dialect, and what each column is.

    Every line of the draft says why. What the file does not tell is asked; without an answer it
    stays in the draft as a question, and the description is refused until somebody answers it
    there. The file itself is only read: **ingest** puts it where training finds it.
    """
    from catalog.description.describing import data_name, require_new_description
    from catalog.reading.many_files import ManyFiles
    from ceap.stores import open_store
    from experiments import describe as describe_data

    many = ManyFiles(files, lambda: open_store()[1])
    name = name or data_name(Path(files[0]))
    if not force:
        require_new_description(name)
    with TemporaryDirectory(prefix="ceap-describe-") as folder:
        description = describe_data(
            _one_file(many, Path(folder, f"{name}.zip")),
            name=name,
            answers=_answers(answers or []),
            ask=_ask if sys.stdin.isatty() and not no_input else None,
        )
    _write_and_show(description, files, title=many.name, force=force)


def _write_and_show(
    description: "Description", files: list[str], *, title: str, force: bool
) -> None:
    from rich.console import Console

    from ceap.tables.data_frame import TerminalTable

    console = Console()
    console.print(TerminalTable(description.facts_table(), title=title))
    console.print(TerminalTable(description.readable_table(), title="What each column is"))
    path = description.write(replace=force)
    say(console, f"Written: {path}\nPicture: {_save_picture(description)}")
    say(console, "\n".join([*_findings(description), *_next_steps(description, files)]))


def _save_picture(description: "Description") -> Path:
    from foundation.settings import load_settings

    picture = load_settings().state_directory / "descriptions" / f"{description.name}.png"
    description.save_plot(picture)
    return picture


def _findings(description: "Description") -> Iterator[str]:
    """Yield what is doubtful, and what is still to be answered."""
    if description.doubts:
        yield "Doubtful, so look twice (prepare says or stops at it, too):"
        yield from (f"  - {doubt}" for doubt in description.doubts)
    if description.questions:
        yield "Still to be answered in that file, or the data set is refused:"
        yield from (f"  - {question}" for question in description.questions)
    else:
        yield "Read it; correct what is wrong."


def _next_steps(description: "Description", files: list[str]) -> list[str]:
    """Return the commands that take the file and compare models, one a line."""
    from foundation import commands

    compare, *reason = compare_models(description.name, description.described.draft.values)
    ingest = commands.ingest(description.name, *files)
    return [f"Take the file:   {ingest}", f"Compare models:  {compare}", *reason]


def _one_file(many: "ManyFiles", archive: Path) -> Path:
    """Return the file that is named, or an archive of several."""
    from ceap.data_progress import DataProgress

    if len(many.files) == 1 and not many.files[0].startswith("s3://"):
        return Path(many.files[0])
    target = archive if len(many.files) > 1 else archive.with_name(many.files[0].split("/")[-1])
    with DataProgress() as progress:
        many.fetch(target, progress)
    return target


def say(console: Any, text: str) -> None:
    """Print text as it stands, in lines as long as they are."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _answers(given: list[str]) -> dict[str, str]:
    answers = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or not key.strip() or not value.strip():
            message = f"An answer is KEY=VALUE, such as positive=Y; this is {one!r}."
            raise typer.BadParameter(message, param_hint="--answer")
        answers[key.strip()] = value.strip()
    return answers


def _ask(question: "Question") -> str | None:
    """Ask in the terminal; None where only Enter is pressed and nothing is suggested."""
    likely = f" [{', '.join(map(str, question.choices))}]" if question.choices else ""
    text = f"{question.text[0].upper()}{question.text[1:]}{likely}"
    shown = "" if question.suggestion is None else str(question.suggestion)
    answer = typer.prompt(text, default=shown, show_default=bool(shown))
    return str(answer).strip() or None
