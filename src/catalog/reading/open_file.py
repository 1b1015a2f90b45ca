"""Open file: a raw file with its description, resolved for the columns that it has."""

from dataclasses import dataclass
from pathlib import Path

from catalog.reading.plain_file import Dialect, PlainFile, open_plain
from catalog.reading.table_file import TableFile
from fraud.data.formats import ISO
from fraud.data.spec import DataSpec
from fraud.data.validation import require_header


@dataclass(frozen=True)
class OpenFile:
    """A raw file that is open, with its description resolved for its columns."""

    table: TableFile
    spec: DataSpec
    name: str

    @property
    def file(self) -> PlainFile:
        return self.table.file


def open_raw(path: Path, spec: DataSpec, folder: Path, *, name: str = "") -> OpenFile:
    """Open a raw file; a plain copy is written to `folder` where it is compressed, for example.

    `name` stands for the file in errors.

    Raises:
        InvalidData: The file is empty or unreadable, or its columns are not those of `spec`.
    """
    name = name or path.name
    file = open_plain(path, folder, dialect=Dialect.of(spec), name=name)
    table = TableFile(file, spec, name=name)
    spec.require_matches(table.names)
    resolved = spec.resolved(table.names)
    if spec.time in table.dated and not spec.has_calendar:
        resolved = resolved.model_copy(update={"time_format": ISO})
    require_header(table.names, resolved, file=name)
    return OpenFile(table, resolved, name)
