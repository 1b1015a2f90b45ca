"""JSON source: the objects of a JSON file as SQL, and the names that they have."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from catalog.reading.connection import run_query
from catalog.reading.file_kind import is_json_lines
from catalog.reading.sql import sql_text
from foundation.errors import InvalidData

OBJECT_BYTES = 16 << 20
IS_OBJECT = "json_type(json) = 'OBJECT'"
HAS_EACH_NAME_ONCE = "len(json_keys(json)) = len(list_distinct(json_keys(json)))"


@dataclass(frozen=True)
class JsonSource:
    """The objects of a JSON file, their `names` in order, and the condition of being a row.

    Names are compared as they are written, so that `a` and `A` are two columns.
    """

    objects: str
    names: tuple[str, ...]
    is_row: str

    def rows(self, places: Mapping[str, str]) -> str:
        """Return the SQL of the rows: each of `places` holds the text of a name.

        `torn` is null but for what is no row: there it is the JSON, or empty where it is none.
        """
        pointers = ", ".join(sql_text(_pointer(name)) for name in places)
        cells = "".join(
            f"v[{at}] AS {place}, " for at, place in enumerate(places.values(), start=1)
        )
        extracted = f"json_extract_string(json, [{pointers}])" if places else "NULL"
        return (
            f"(SELECT {cells}torn FROM (SELECT "
            f"CASE WHEN {self.is_row} THEN {extracted} END AS v, "
            f"CASE WHEN NOT coalesce({self.is_row}, false) THEN coalesce(json::VARCHAR, '') END "
            f"AS torn FROM {self.objects}))"
        )


def json_source(path: Path, name: str) -> JsonSource:
    """Find the names of a JSON file; `name` stands for the file in errors.

    Of JSON Lines, a line that is not JSON is no row, and the others are.

    Raises:
        InvalidData: The file holds no object, or is one JSON text and damaged.
    """
    is_lines = is_json_lines(path)
    form = "format='newline_delimited', ignore_errors=true" if is_lines else "format='auto'"
    objects = (
        f"read_json_objects({sql_text(str(path))}, {form}, maximum_object_size={OBJECT_BYTES}, "
        "compression='none')"
    )
    found = run_query(
        "SELECT keys FROM (SELECT json_keys(json) AS keys, row_number() OVER () AS n "
        f"FROM {objects} WHERE {IS_OBJECT}) GROUP BY keys ORDER BY min(n)",
        name,
    )
    lists: list[list[str]] = [keys for (keys,) in found]  # type: ignore[misc]
    if not lists:
        message = (
            f"{name} holds no JSON objects, each of which would be a row. Nothing was written."
        )
        raise InvalidData(message)
    repeats = any(len(set(keys)) < len(keys) for keys in lists)
    is_row = f"({IS_OBJECT} AND {HAS_EACH_NAME_ONCE})" if repeats else f"({IS_OBJECT})"
    return JsonSource(objects, tuple(dict.fromkeys(chain.from_iterable(lists))), is_row)


def _pointer(name: str) -> str:
    """Return the JSON pointer of a name (RFC 6901)."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
