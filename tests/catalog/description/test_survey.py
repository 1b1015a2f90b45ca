"""Every row of a file is counted, and its cells are compared trimmed."""

import polars as pl
import pytest

from catalog.description.survey import survey_file
from catalog.reading.plain_file import open_plain
from catalog.reading.table_file import TableFile
from foundation.errors import InvalidData
from fraud.data.formats import FileFormat


def surveyed(folder, content: bytes):
    path = folder / "table.csv"
    path.write_bytes(content)
    return survey_file(TableFile(open_plain(path, folder), FileFormat(), name="table.csv"), "t")


def test_cells_numbers_gaps_and_different_values_are_counted(tmp_path):
    survey = surveyed(tmp_path, b"n,t,e\n1,a,\n2.5, a,\n,b,\n1,,\n")
    number, text, empty = survey.columns
    assert (survey.rows, number.missing, number.distinct, number.is_number) == (4, 1, 2, True)
    assert (number.low, number.high) == (1, 2.5)
    assert (text.missing, text.distinct, text.is_number) == (1, 2, False)
    assert text.counts == {"a": 2, "b": 1}
    assert (empty.filled, empty.is_number) == (0, False)


def test_equal_rows_are_counted(tmp_path):
    assert surveyed(tmp_path, b"a,b\n1,2\n1,2\n1,3\n1,2\n").sampled_duplicates == 2


def test_types_of_parquet_become_the_text_that_csv_would_have(tmp_path):
    frame = pl.DataFrame({"i": [3.0, 4.0], "f": [0.5, None], "b": [True, False]})
    frame.write_parquet(tmp_path / "p.parquet")
    survey = surveyed(tmp_path, (tmp_path / "p.parquet").read_bytes())
    assert [one.cells for one in survey.columns] == [
        ["3", "4"], ["0.5"], ["true", "false"],
    ]  # fmt: skip


def test_examples_are_few_and_short(tmp_path):
    survey = surveyed(
        tmp_path, b"t\n" + b"x" * 500 + b"\n" + b"".join(b"%d\n" % n for n in range(9))
    )
    (column,) = survey.columns
    assert len(column.examples) == 4
    assert max(map(len, column.examples)) == 24


def test_thousands_of_columns_are_counted(tmp_path):
    header = ",".join(f"c{at}" for at in range(1500))
    survey = surveyed(tmp_path, "\n".join([header, *[",".join(["1"] * 1500)] * 9]).encode())
    assert {(one.filled, one.numbers) for one in survey.columns} == {(9, 9)}


def test_card_numbers_are_shown_masked(tmp_path):
    (column,) = surveyed(tmp_path, b"card\n4111111111111111\n").columns
    assert column.examples == ("411111******1111",)


def test_a_file_without_rows_or_with_a_name_twice_is_refused(tmp_path):
    with pytest.raises(InvalidData, match="a header and no rows"):
        surveyed(tmp_path, b"a,b\n")
    with pytest.raises(InvalidData, match=r"no rows that can be read \(row 1: its quotes"):
        surveyed(tmp_path, b'a,b\n"1,2\n3,4\n')
    with pytest.raises(InvalidData, match="has no header: its first line holds numbers only"):
        surveyed(tmp_path, b"1,2.5\n3,4\n")
    with pytest.raises(InvalidData, match="names these columns twice: a"):
        surveyed(tmp_path, b"a,a\n1,2\n")


def test_lists_records_and_bytes_are_counted_and_called_nested(tmp_path):
    frame = pl.DataFrame({"l": [[1], [2]], "s": [{"x": 1}, {"x": 2}], "b": [b"\xff", b"a"]})
    frame.write_parquet(tmp_path / "p.parquet")
    survey = surveyed(tmp_path, (tmp_path / "p.parquet").read_bytes())
    assert [(one.filled, one.is_nested) for one in survey.columns] == [(2, True)] * 3
