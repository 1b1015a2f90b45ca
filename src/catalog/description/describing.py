"""Describing: looks at a whole file, drafts its description, and writes the draft."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from catalog.description.dialect import csv_dialect, open_undescribed
from catalog.description.draft import Draft
from catalog.description.drafting import draft_description
from catalog.description.facts import Facts, read_facts
from catalog.description.guess import Ask, Question
from catalog.description.survey import survey_file
from catalog.reading.file_kind import FileKind
from catalog.reading.table_file import TableFile
from foundation.errors import AlreadyExists, InvalidParams, NotFound
from foundation.settings import project_root
from fraud.data.formats import FileFormat

NAME = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True)
class DescribedFile:
    """The draft of a description; `facts` are None while questions leave open what they mean."""

    draft: Draft = field(repr=False)
    facts: Facts | None = field(repr=False)


def describe_file(path: Path, *, name: str = "", ask: Ask | None = None) -> DescribedFile:
    """Look at every row of a file, and draft `params/data/{name}.yaml`; nothing is written.

    `name` is that of the file where it is empty. `ask` answers what the file does not tell.

    Raises:
        NotFound: There is no such file.
        InvalidData: The file is no table.
        InvalidParams: The name is not of lower-case letters, digits and underscores.
    """
    name = name or data_name(path)
    if not NAME.fullmatch(name):
        problem = f"name: lower-case letters, digits and underscores, not {name!r}"
        raise InvalidParams(str(path), [problem])
    if not path.is_file():
        message = f"There is no file {path}. Nothing was described."
        raise NotFound(message)
    with TemporaryDirectory(prefix="ceap-describe-") as temporary:
        plain, guesses = open_undescribed(path, Path(temporary))
        if plain.kind is FileKind.CSV:
            guesses += csv_dialect(plain, path.name)
        form = FileFormat(**{guess.key: guess.value for guess in guesses})
        table = TableFile(plain, form, name=path.name)
        draft = draft_description(
            survey_file(table, path.name),
            guesses,
            name=name,
            raw=re.sub(r"[^\w.-]", "_", path.name),
            ask=ask or _nobody,
        )
        return DescribedFile(draft, read_facts(draft, table, datetime.now(UTC)))


def write_description(draft: Draft, *, replace: bool = False) -> Path:
    """Write the draft to `params/data/{name}.yaml`, and return its path.

    Raises:
        AlreadyExists: A description of that name is there, and `replace` is false.
    """
    if not replace:
        require_new_description(draft.name)
    path = _description_path(draft.name)
    path.write_text(draft.to_yaml(), encoding="utf-8")
    return path


def require_new_description(name: str) -> None:
    """Raise AlreadyExists where `params/data/{name}.yaml` is there."""
    path = _description_path(name)
    if path.exists():
        message = (
            f"{path} is there already, and was not touched. Describe the file under another name "
            "(--name), or replace the description (--force)."
        )
        raise AlreadyExists(message)


def _description_path(name: str) -> Path:
    return project_root() / "params" / "data" / f"{name}.yaml"


def data_name(path: Path) -> str:
    """Return a name for the data of a file: lower case, letters and digits."""
    stem = path.name.split(".", 1)[0]
    return re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_") or "data"


def _nobody(question: Question) -> None:  # noqa: ARG001 # nobody is there to answer
    return None
