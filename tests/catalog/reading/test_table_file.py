"""A table is read back as it was written, in any dialect and kind of file."""

import csv
import io
import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.description.survey import survey_file
from catalog.reading.plain_file import Dialect, open_plain
from catalog.reading.table_file import TableFile
from foundation.errors import InvalidData
from fraud.data.formats import FileFormat


def table_of(folder, content: str | bytes, form: FileFormat | None = None) -> TableFile:
    path = Path(folder, "table.csv")
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    form = form or FileFormat()
    return TableFile(open_plain(path, Path(folder), dialect=Dialect.of(form)), form, name=path.name)


def rows_of(table: TableFile) -> list[tuple[object, ...]]:
    tables = list(table.batches(table.names))
    return [row for one in tables for row in one.rows()]


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\x00\r"),
    max_size=6,
)
cells = st.one_of(texts, st.sampled_from(['"', '""', ",", ";", "a\nb", " x ", "1e5", "'", "|"]))


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(cells, cells, st.sampled_from(["x", "y"])), min_size=1, max_size=9),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    header=st.permutations(["a", "b, c", 'd "e"']),
)
def test_what_the_csv_module_writes_is_read_back_equal(rows, delimiter, line_end, encoding, header):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([header, *rows])
    form = FileFormat(delimiter=delimiter, encoding=encoding)
    with TemporaryDirectory() as folder:
        table = table_of(folder, text.getvalue().encode(encoding), form)
        assert table.names == tuple(header)
        read = rows_of(table)
    mixed = line_end == "\r\n" and any("\n" in cell for row in rows for cell in row)
    assert mixed or [tuple(cell or "" for cell in row) for row in read] == rows


def test_parquet_keeps_its_types_and_json_becomes_text(tmp_path):
    frame = pl.DataFrame({"n": [0.1, None], "t": ["a", None], "b": [True, False]})
    frame.write_parquet(tmp_path / "p.parquet")
    table = table_of(tmp_path, (tmp_path / "p.parquet").read_bytes())
    assert table.names == ("n", "t", "b")
    assert rows_of(table) == frame.rows()
    lines = [{"n": 0.1, "t": "a"}, {"t": None, "b": True, "n": 1e5}]
    for text in (json.dumps(lines), "\n".join(map(json.dumps, lines))):
        table = table_of(tmp_path, text)
        assert table.names == ("n", "t", "b")
        assert rows_of(table) == [("0.1", "a", None), ("100000.0", None, "true")]


def test_columns_without_a_name_are_called_by_their_position(tmp_path):
    assert table_of(tmp_path, ",a,\n0,1,\n").names == ("unnamed_1", "a", "unnamed_3")
    assert table_of(tmp_path, "a,a\n0,1\n").names == ("a", "a")


def test_columns_are_read_alone_in_any_order_and_a_few_rows(tmp_path):
    table = table_of(tmp_path, "a,b,c\n" + "1,2,3\n" * 100)
    assert pl.concat(table.batches(["c", "a"], limit=2)).rows() == [("3", "1")] * 2
    assert pl.concat(table.batches(["b"], numbers=["b"])).schema == {"b": pl.Float64}


@pytest.mark.parametrize(
    ("line", "reason", "detail"),
    [
        ("1", "too few fields", "it has 1 field, the header 2"),
        ("1,2,3", "too many fields", "it has 3 fields, the header 2"),
        ('1,"2"3', "quotes that do not match", "its quotes do not match"),
        ("1,é", "text that is not UTF-8", "it is not text in UTF-8"),
    ],
)
def test_a_row_that_is_no_row_is_rejected_with_its_number(tmp_path, line, reason, detail):
    content = b"a,b\n1,2\n" + line.encode("latin-1") + b"\n3,4\n"
    table = table_of(tmp_path, content)
    batches = table.batches(table.names)
    assert [row for one in batches for row in one.rows()] == [("1", "2"), ("3", "4")]
    (reject,) = batches.rejects
    assert (reject.row, reject.reason, reject.detail) == (2, reason, detail)
    assert reject.text[:2] == line[:2]


def archive(**members: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return packed.getvalue()


def test_the_files_of_an_archive_are_one_table_whose_rows_are_counted_through(tmp_path):
    table = table_of(tmp_path, archive(a="x,y\n1,2\n3\n", b="x,y\n5,6\n7,8,9\n10,11\n"))
    batches = table.batches(["y", "x"])
    rows = [row for one in batches for row in one.rows()]
    assert rows == [("2", "1"), ("6", "5"), ("11", "10")]
    assert [reject.row for reject in batches.rejects] == [2, 4]
    assert sum(one.height for one in table.batches(["x"], limit=1)) == 1


def test_the_files_of_an_archive_have_the_same_columns(tmp_path):
    with pytest.raises(InvalidData, match=r"do not have the same columns: .* differs in y, z"):
        table_of(tmp_path, archive(a="x,y\n1,2\n", b="x,z\n1,2\n"))
    with pytest.raises(InvalidData, match="differs in their order"):
        table_of(tmp_path, archive(a="x,y\n1,2\n", b="y,x\n1,2\n"))


def test_a_line_of_json_that_is_broken_is_rejected_and_the_others_are_rows(tmp_path):
    table = table_of(tmp_path, '{"a":1}\n\n{"a":nul}\n{"a":3,\n[4]\n{"a":5,"a":6}\n{"a":7}\n')
    batches = table.batches(table.names)
    assert [row for one in batches for row in one.rows()] == [("1",), ("7",)]
    assert [(one.row, one.reason, one.text) for one in batches.rejects] == [
        (2, "a line that is not JSON", '{"a":nul}'),
        (3, "a line that is not JSON", '{"a":3,'),
        (4, "JSON that is no object", "[4]"),
        (5, "a name twice in one object", '{"a":5,"a":6}'),
    ]


def test_the_first_line_of_json_lines_may_be_the_broken_one(tmp_path):
    table = table_of(tmp_path, '"a":1}\n{"a":2}\n{"a":3}\n')
    batches = table.batches(table.names)
    assert [row for one in batches for row in one.rows()] == [("2",), ("3",)]
    assert [one.row for one in batches.rejects] == [1]


@pytest.mark.parametrize(
    "text", ['[{"a":1},{"a":nul}]', '{"a":nul}\n{"a":}\n', '[{"a":1}\n{"a":2}]']
)
def test_json_that_is_one_text_and_damaged_is_refused_with_its_place(tmp_path, text):
    with pytest.raises(InvalidData, match=r"table.csv cannot be read.*Nothing was written"):
        rows_of(table_of(tmp_path, text))


COLUMNS_BY_CASE = {"a": ["1", "2"], "A": ["x", "y"], "A_1": ["u", "v"], "ß": ["s", "t"]}


def by_case(folder, kind: str) -> bytes:
    frame = pl.DataFrame(COLUMNS_BY_CASE)
    if kind == "parquet":
        frame.write_parquet(folder / "p")
        return (folder / "p").read_bytes()
    if kind == "csv":
        return frame.write_csv().encode()
    return (json.dumps(frame.to_dicts()) if kind == "json" else frame.write_ndjson()).encode()


@pytest.mark.parametrize("kind", ["csv", "parquet", "json", "json lines"])
def test_names_that_differ_only_in_case_are_columns_of_their_own(tmp_path, kind):
    table = table_of(tmp_path, by_case(tmp_path, kind))
    assert table.names == tuple(COLUMNS_BY_CASE)
    assert rows_of(table) == list(zip(*COLUMNS_BY_CASE.values(), strict=True))
    assert pl.concat(table.batches(["A", "a"])).rows() == [("x", "1"), ("y", "2")]
    survey = survey_file(table, "t")
    assert {name: one.cells for name, one in survey.by_name.items()} == COLUMNS_BY_CASE


def test_the_files_of_an_archive_of_parquet_may_have_their_columns_in_any_order(tmp_path):
    for name, order in (("1", ["a", "A"]), ("2", ["A", "a"])):
        pl.DataFrame({"a": [f"a{name}"], "A": [f"A{name}"]}).select(order).write_parquet(
            tmp_path / name
        )
    with zipfile.ZipFile(tmp_path / "both", "w") as packed:
        packed.write(tmp_path / "1", "1")
        packed.write(tmp_path / "2", "2")
    table = table_of(tmp_path, (tmp_path / "both").read_bytes())
    assert rows_of(table) == [("a1", "A1"), ("a2", "A2")]


def test_damaged_parquet_is_refused(tmp_path):
    with pytest.raises(InvalidData, match=r"table.csv cannot be read"):
        table_of(tmp_path, b"PAR1\x00" + b"nonsense" * 9)


def test_a_header_that_is_too_long_is_refused_and_never_cut(tmp_path):
    header = ",".join(f"column_{n}" for n in range(99_999))
    with pytest.raises(InvalidData, match="a header of more than 1,048,576 characters"):
        table_of(tmp_path, header + "\n1\n")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_thousands_of_columns_are_read(tmp_path, kind):
    frame = pl.DataFrame({f"c{n}": [str(n + row) for row in range(200)] for n in range(5_000)})
    frame.write_csv(tmp_path / "csv")
    frame.write_parquet(tmp_path / "parquet")
    table = table_of(tmp_path, (tmp_path / kind).read_bytes())
    assert pl.concat(table.batches(table.names)).equals(frame)
