"""The names of JSON are those of the file, and each cell is that of its name."""

import json

import pytest

from catalog.reading.connection import run_query
from catalog.reading.json_source import json_source
from foundation.errors import InvalidData

ODD_NAMES = ['a"b', "", "c/d", "t~x", "é", "0", "*", "a", "A", "it's", "~1", "$.a"]


def cells_of(folder, text: str, *names: str):
    (folder / "t").write_text(text)
    source = json_source(folder / "t", "mine")
    places = {name: f"c{at}" for at, name in enumerate(names or source.names)}
    return source.names, run_query(f"SELECT * FROM {source.rows(places)}", "mine")


@pytest.mark.parametrize("is_array", [True, False])
def test_every_name_is_read_as_it_is_written(tmp_path, is_array):
    row = {name: f"v{at}" for at, name in enumerate(ODD_NAMES)}
    text = json.dumps([row]) if is_array else json.dumps(row) + "\n"
    names, (cells,) = cells_of(tmp_path, text)
    assert names == tuple(ODD_NAMES)
    assert cells == (*row.values(), None)


def test_names_come_in_the_order_of_the_file_and_rows_may_lack_some(tmp_path):
    names, cells = cells_of(tmp_path, '{"b":1}\n{"c":2,"b":3}\n{"a":null}\n')
    assert names == ("b", "c", "a")
    assert cells == [("1", None, None, None), ("3", "2", None, None), (None, None, None, None)]


def test_numbers_keep_their_digits(tmp_path):
    text = '{"a":12345678901234567890123,"b":9007199254740993,"c":1e5,"d":0.1,"e":NaN}\n'
    cells = cells_of(tmp_path, text)[1][0]
    assert cells[:2] == ("12345678901234567890123", "9007199254740993")
    assert [float(cell) for cell in cells[2:4]] == [1e5, 0.1]
    assert cells[4] == "NaN"


def test_what_is_no_row_is_told(tmp_path):
    text = '{"a":1}\n{"a":\n7\n{"a":1,"a":2}\n'
    cells = cells_of(tmp_path, text, "a")[1]
    assert cells == [("1", None), (None, ""), (None, "7"), (None, '{"a":1,"a":2}')]


@pytest.mark.parametrize("text", ['{"a":1}{"a":2}\n{\n"a":3\n}', '[{"a":1},\n{"a":2},{"a":3}]'])
def test_objects_that_share_or_span_lines_are_rows(tmp_path, text):
    assert cells_of(tmp_path, text)[1] == [("1", None), ("2", None), ("3", None)]


@pytest.mark.parametrize("text", ["[]", "[1, 2]"])
def test_json_without_objects_is_refused(tmp_path, text):
    with pytest.raises(InvalidData, match="mine holds no JSON objects"):
        cells_of(tmp_path, text)
