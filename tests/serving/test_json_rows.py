import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraud.scoring.model_columns import ModelColumns
from serving.json_rows import rows_from_json, rows_from_json_lines
from serving.rejection import Rejected

unhurried = settings(deadline=None)  # other processes share this machine
NAMES = ("V1", "V2", "Amount")
COLUMNS = ModelColumns(NAMES)
GOOD = {"V1": 1, "V2": 2.5, "Amount": 3}
values = st.one_of(st.floats(-1e30, 1e30), st.integers(-(10**25), 10**25))
matrices = st.lists(st.tuples(values, values, values), min_size=1, max_size=8)


def records_of(rows):
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


@unhurried
@given(rows=matrices)
def test_every_shape_gives_the_same_rows(rows):
    records, expected = records_of(rows), np.array(rows, dtype=np.float64)
    backwards = {"columns": NAMES[::-1], "data": [row[::-1] for row in rows]}
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
    assert rows_from_json(body, ModelColumns(("a:b", "c"))).tolist() == [[1, 2], [3, 4]]


CATEGORICAL_NAMES = ("Age", "Channel", "Amount", "Time")
CATEGORICAL = ModelColumns(CATEGORICAL_NAMES, {"Channel": ("chip", "a:b")}, frozenset({"Age"}))
GOOD_TEXTS = {"Age": 41, "Channel": "chip", "Amount": 9.5, "Time": 60}
nan = np.nan

numbers = st.one_of(st.floats(-1e30, 1e30), st.integers(-(10**25), 10**25))
channels = st.one_of(st.none(), st.sampled_from(["chip", "a:b"]), st.text())
rows_of_values = st.lists(
    st.tuples(st.none() | numbers, channels, numbers, numbers), min_size=1, max_size=8
)


def numbers_of(rows):
    codes = {"chip": 0.0, "a:b": 1.0}
    return [
        [nan if age is None else age, codes.get(channel, nan), amount, time]
        for age, channel, amount, time in rows
    ]


@unhurried
@given(rows=rows_of_values)
def test_every_shape_gives_codes_for_texts_and_nan_for_what_is_missing(rows):
    records = [dict(zip(CATEGORICAL_NAMES, row, strict=True)) for row in rows]
    backwards = {"columns": CATEGORICAL_NAMES[::-1], "data": [row[::-1] for row in rows]}
    for document in (records, {"instances": records}, backwards):
        found = rows_from_json(json.dumps(document).encode(), CATEGORICAL)
        np.testing.assert_array_equal(found, np.array(numbers_of(rows), dtype=np.float64))
    lines = "\n".join(json.dumps(record) for record in records)
    found = rows_from_json_lines(lines.encode(), CATEGORICAL)
    np.testing.assert_array_equal(found, np.array(numbers_of(rows), dtype=np.float64))


WRONG_TEXTS = [
    ({"Age": "41"}, "Age", "Column Age takes a finite number, or nothing where it is missing, but "
     "in row 2 it is '41'."),
    ({"Age": nan}, "Age", "it is NaN"),
    ({"Age": -np.inf}, "Age", "it is infinite"),
    ({"Age": 1e31}, "Age", "it is 1e+31, beyond"),
    ({"Age": True}, "Age", "it is true"),
    ({"Channel": 7}, "Channel", "takes text (it knows 'chip', 'a:b'), or nothing where it is "
     "missing, but in row 2 it is 7."),
    ({"Channel": False}, "Channel", "it is false"),
    ({"Channel": ["chip"]}, "Channel", "it is a list"),
    ({"Amount": None}, "Amount", "Column Amount takes a finite number, but in row 2 it is null."),
    ({"Amount": "chip"}, "Amount", "it is 'chip'"),
    ({"Amount": nan}, "Amount", "it is NaN"),
    ({"Country": "BE"}, "Country", "Unexpected: Country."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "column", "says"), WRONG_TEXTS)
@pytest.mark.parametrize("shape", ["list", "instances", "lines"])
def test_the_first_wrong_cell_is_named_with_what_its_column_takes(shape, changes, column, says):
    rows = [
        json.dumps(row)
        for row in (GOOD_TEXTS, {**GOOD_TEXTS, **changes}, {**GOOD_TEXTS, "Time": None})
    ]
    listed = "[" + ",".join(rows) + "]"
    bodies = {"list": listed, "instances": f'{{"instances":{listed}}}', "lines": "\n".join(rows)}
    read = rows_from_json_lines if shape == "lines" else rows_from_json
    with pytest.raises(Rejected) as caught:
        read(bodies[shape].encode(), CATEGORICAL)
    assert (caught.value.row, caught.value.column) == (2, column)
    assert says in str(caught.value)


@pytest.mark.parametrize("left_out", [["Age"], ["Channel"], ["Age", "Channel"]])
@pytest.mark.parametrize("read", [rows_from_json, rows_from_json_lines])
def test_a_value_that_may_be_missing_may_be_left_out(read, left_out):
    absent = {name: value for name, value in GOOD_TEXTS.items() if name not in left_out}
    null = {name: GOOD_TEXTS[name] if name in absent else None for name in GOOD_TEXTS}
    found = read(json.dumps(absent).encode(), CATEGORICAL)
    np.testing.assert_array_equal(found, rows_from_json(json.dumps(null).encode(), CATEGORICAL))
    assert np.isnan(found).sum() == len(left_out)


def test_what_is_needed_is_missed_beside_what_may_be_left_out():
    row = {name: value for name, value in GOOD_TEXTS.items() if name not in ("Age", "Amount")}
    with pytest.raises(Rejected, match=r"Missing: Amount\.") as refusal:
        rows_from_json(json.dumps([GOOD_TEXTS, row]).encode(), CATEGORICAL)
    assert (refusal.value.row, refusal.value.column) == (2, "Amount")


@pytest.mark.parametrize("read", [rows_from_json, rows_from_json_lines])
def test_a_name_twice_is_refused_also_where_another_was_left_out(read):
    row = '{"Channel":"chip","Channel":"on line","Amount":1,"Time":2}'
    for body in (row, f"[{row}]") if read is rows_from_json else (row,):
        with pytest.raises(Rejected, match="More than once: Channel"):
            read(body.encode(), CATEGORICAL)


def test_half_a_surrogate_pair_is_no_text():
    with pytest.raises(Rejected, match="Channel takes text"):
        rows_from_json(json.dumps({**GOOD_TEXTS, "Channel": "\ud800"}).encode(), CATEGORICAL)


def test_a_name_twice_is_refused_however_many_colons_the_texts_have():
    row = '{"Age":1,"Channel":"a:b","Channel":"chip","Amount":1,"Time":2}'
    with pytest.raises(Rejected, match="More than once: Channel"):
        rows_from_json(row.encode(), CATEGORICAL)


def test_no_rows_are_refused():
    with pytest.raises(Rejected, match="the list is empty"):
        rows_from_json(b"[]", CATEGORICAL)
