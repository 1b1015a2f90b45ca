import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.json_rows import rows_from_json, rows_from_json_lines
from serving.rejection import Rejected

unhurried = settings(deadline=None)  # other processes share this machine
COLUMNS = ("V1", "V2", "Amount")
GOOD = {"V1": 1, "V2": 2.5, "Amount": 3}
values = st.one_of(st.floats(-1e30, 1e30), st.integers(-(10**25), 10**25))
matrices = st.lists(st.tuples(values, values, values), min_size=1, max_size=8)


def records_of(rows):
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


@unhurried
@given(rows=matrices)
def test_every_shape_gives_the_same_rows(rows):
    records, expected = records_of(rows), np.array(rows, dtype=np.float64)
    backwards = {"columns": COLUMNS[::-1], "data": [row[::-1] for row in rows]}
    for document in (records, {"instances": records}, backwards):
        found = rows_from_json(json.dumps(document).encode(), COLUMNS)
        assert found.tobytes() == expected.tobytes()
    lines = "\n".join(json.dumps(record) for record in records)
    assert rows_from_json_lines(lines.encode(), COLUMNS).tobytes() == expected.tobytes()


def test_one_object_is_one_row():
    assert rows_from_json(json.dumps(GOOD).encode(), COLUMNS).tolist() == [[1, 2.5, 3]]


WRONG_ROWS = [
    ('{"V1":1,"V2":NaN,"Amount":3}', "V2", "is NaN"),
    ('{"V1":1,"V2":-Infinity,"Amount":3}', "V2", "is infinite"),
    ('{"V1":1e400,"V2":2,"Amount":3}', "V1", "is infinite"),
    ('{"V1":1,"V2":2,"Amount":null}', "Amount", "is null"),
    ('{"V1":1,"V2":2,"Amount":true}', "Amount", "is true"),
    ('{"V1":1,"V2":2,"Amount":"3"}', "Amount", "is '3'"),
    ('{"V1":1,"V2":2,"Amount":[3]}', "Amount", "is a list"),
    ('{"V1":1,"V2":2}', "Amount", "Missing: Amount."),
    ('{"V1":1,"V2":2,"Amount":3,"W":4}', "W", "Unexpected: W."),
    ('{"V1":1,"V2":2,"Amount":3,"V1":4}', "V1", "More than once: V1."),
    ("[1,2,3]", None, "row 2 is a list"),
    ("7", None, "row 2 is 7"),
]


@pytest.mark.parametrize(("bad", "column", "says"), WRONG_ROWS)
@pytest.mark.parametrize("shape", ["list", "instances", "lines"])
def test_the_first_wrong_cell_is_named(shape, bad, column, says):
    rows = [json.dumps(GOOD), bad, json.dumps(GOOD)]
    listed = "[" + ",".join(rows) + "]"
    bodies = {"list": listed, "instances": f'{{"instances":{listed}}}', "lines": "\n".join(rows)}
    read = rows_from_json_lines if shape == "lines" else rows_from_json
    with pytest.raises(Rejected) as caught:
        read(bodies[shape].encode(), COLUMNS)
    assert (caught.value.row, caught.value.column) == (2, column)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"[]", "the list is empty"),
        (b'{"instances":[]}', "the list is empty"),
        (b'{"columns":["V1","V2","Amount"],"data":[]}', "the list is empty"),
        (b'{"columns":["V1","V2"],"data":[[1,2]]}', "Missing: Amount."),
        (b'{"columns":"V1","data":[[1,2]]}', '"columns" must be a list of names'),
        (
            b'{"columns":["V1","V2","Amount"],"data":7}',
            '"data" must be a list of rows, but it is 7',
        ),
        (b'{"columns":["V1","V2","Amount"],"data":[[1,2,3],[1,2]]}', "row 2 is 2 values"),
        (b'{"columns":["V1","V2","Amount"],"data":[[1,2,3],{}]}', "row 2 is an object"),
        (b'{"instances":7}', "it is 7"),
        (b'"text"', "it is 'text'"),
        (b'[{"V1":1,', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_a_document_of_another_shape_is_refused(body, says):
    with pytest.raises(Rejected) as caught:
        rows_from_json(body, COLUMNS)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("body", "row"),
    [
        (b'{"V1":1,"V2":2,"Amount":3}\n\n{"V1":1,"V2":2,"Amount":3}', 2),
        (b'{"V1":1,"V2":2,"Amount":3}\n{"V1":1,', 2),
        (b'{"V1":1\n,"V2":2,"Amount":3}', 1),
    ],
)
def test_a_torn_line_is_named(body, row):
    with pytest.raises(Rejected) as caught:
        rows_from_json_lines(body, COLUMNS)
    assert caught.value.row == row


def test_a_column_may_have_a_colon_in_its_name():
    body = b'[{"a:b": 1, "c": 2}, {"a:b": 3, "c": 4}]'
    assert rows_from_json(body, ("a:b", "c")).tolist() == [[1, 2], [3, 4]]
