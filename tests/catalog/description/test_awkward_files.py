"""A table in any notation that people really have is drafted, and read to the same values."""

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl
import pytest

from catalog.description.describing import describe_file
from catalog.raw_file import ReadOptions, read_raw
from catalog.reading.raw_table import RawTable
from fraud.data.spec import DataSpec

ROWS = 400
HEADER = ["tx", "secs", "amt", "v1", "v2", "channel", "cust", "label"]
FIRST = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
Table = list[list[str]]


def plain() -> Table:
    return [
        [
            f"{row:09d}", str(row * 40.0), f"{17.01 + row * 7 % 300:.2f}", f"{row % 13 - 6}.25",
            f"{row % 7 - 3}.5", ("web", "pos", "app")[row % 3], f"{row % 41:05d}",
            str(int(row % 9 == 4)),
        ]
        for row in range(ROWS)
    ]  # fmt: skip


def written(table: Table, header: list[str] | None = None, delimiter: str = ",") -> str:
    return "\n".join(map(delimiter.join, [header or HEADER, *table])) + "\n"


def changed(column: str, change: Callable[[str, int], str]) -> Table:
    at = HEADER.index(column)
    table = plain()
    for number, row in enumerate(table):
        row[at] = change(row[at], number)
    return table


def moment(cell: str, pattern: str) -> str:
    return datetime.fromtimestamp(FIRST + float(cell), UTC).strftime(pattern)


def with_commas() -> Table:
    return [[comma(cell) for cell in row] for row in plain()]


def comma(cell: str) -> str:
    is_number = cell.replace(".", "", 1).lstrip("-").isdigit()
    return cell.replace(".", ",") if is_number else cell


FILES: dict[str, Callable[[], str | bytes]] = {
    "plain": lambda: written(plain()),
    "semicolons and decimal commas": lambda: written(with_commas(), delimiter=";"),
    "tabs": lambda: written(plain(), delimiter="\t"),
    "UTF-16": lambda: written(plain()).encode("utf-16"),
    "carriage returns": lambda: written(plain()).replace("\n", "\r\n"),
    "True and False": lambda: written(changed("label", lambda c, _: str(c == "1"))),
    "Y and N": lambda: written(changed("label", lambda c, _: "NY"[int(c)])),
    "1.0 and 0.0": lambda: written(changed("label", lambda c, _: f"{c}.0")),
    "milliseconds since 1970": lambda: written(
        changed("secs", lambda c, _: str(int((FIRST + float(c)) * 1000)))
    ),
    "seconds since 1970": lambda: written(changed("secs", lambda c, _: str(int(FIRST + float(c))))),
    "dates": lambda: written(changed("secs", lambda c, _: moment(c, "%Y-%m-%d %H:%M:%S"))),
    "dates with a zone": lambda: written(
        changed("secs", lambda c, _: moment(c, "%Y-%m-%dT%H:%M:%SZ"))
    ),
    "dollars": lambda: written(changed("amt", lambda c, _: f"${c}")),
    "euros behind": lambda: written(changed("amt", lambda c, _: f"{c} €")),
    "a space after each comma": lambda: written(plain(), delimiter=", "),
    "an index without a name": lambda: written(
        [[str(number), *row] for number, row in enumerate(plain())], ["", *HEADER]
    ),
    "a comma at the end": lambda: written([[*row, ""] for row in plain()], [*HEADER, ""]),
    "an address of two lines": lambda: written(
        [[*row, f'"{row[0]} Main Street\nTown, ZZ 00000"'] for row in plain()], [*HEADER, "address"]
    ),
    "a quoted header": lambda: written(plain(), [f'"{name}"' for name in HEADER]),
}


def drafted_and_read(content: str | bytes, folder) -> tuple[DataSpec, RawTable]:
    path = folder / "tx.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    draft = describe_file(path, ask=lambda question: question.suggestion).draft
    spec = draft.spec()
    return spec, read_raw(path, spec, folder, ReadOptions())


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_the_values_are_those_of_the_plain_file(content, tmp_path):
    (tmp_path / "plain").mkdir()
    base = pl.concat(drafted_and_read(written(plain()), tmp_path / "plain")[1].tables())
    spec, raw = drafted_and_read(content(), tmp_path)
    table = pl.concat(raw.tables())
    assert raw.bad_count == 0
    started = FIRST if spec.has_calendar else 0.0
    table = table.with_columns(pl.col("secs") - started)
    assert table.select(base.columns).equals(base)


def test_a_question_mark_is_a_missing_number(tmp_path):
    content = written(changed("v1", lambda cell, row: "?" if row % 10 == 0 else cell))
    spec, raw = drafted_and_read(content, tmp_path)
    assert (spec.missing, spec.missing_marks) == (["v1"], ["?"])
    assert pl.concat(raw.tables())["v1"].null_count() == ROWS // 10


def test_a_comma_in_a_column_name_is_part_of_it(tmp_path):
    header = ['"v1, first"' if name == "v1" else name for name in HEADER]
    spec, raw = drafted_and_read(written(plain(), header), tmp_path)
    assert "v1, first" in spec.features
    assert raw.rows == ROWS


def test_refunds_are_allowed_where_somebody_says_so(tmp_path):
    content = written(changed("amt", lambda cell, row: f"-{cell}" if row % 30 == 0 else cell))
    spec, raw = drafted_and_read(content, tmp_path)
    assert spec.amount_may_be_negative
    assert raw.bad_count == 0
    path = tmp_path / "tx.csv"
    strict = spec.model_copy(update={"amount_may_be_negative": False})
    assert read_raw(path, strict, tmp_path, ReadOptions()).reasons == {"a negative amount": 14}
