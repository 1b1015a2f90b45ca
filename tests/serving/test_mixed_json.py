import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraud.scoring.model_columns import ModelColumns
from serving.mixed_json import rows_from_mixed_json, rows_from_mixed_json_lines
from serving.rejection import Rejected

unhurried = settings(deadline=None)  # other processes share this machine
NAMES = ("Age", "Channel", "Amount", "Time")
COLUMNS = ModelColumns(NAMES, {"Channel": ("chip", "a:b")}, frozenset({"Age"}))
GOOD = {"Age": 41, "Channel": "chip", "Amount": 9.5, "Time": 60}
nan = np.nan

numbers = st.one_of(st.floats(-1e30, 1e30), st.integers(-(10**25), 10**25))
channels = st.one_of(st.none(), st.sampled_from(["chip", "a:b"]), st.text())
rows_of_values = st.lists(
    st.tuples(st.none() | numbers, channels, numbers, numbers), min_size=1, max_size=8
)


def expected(rows):
    codes = {"chip": 0.0, "a:b": 1.0}
    return [
        [nan if age is None else age, codes.get(channel, nan), amount, time]
        for age, channel, amount, time in rows
    ]


@unhurried
@given(rows=rows_of_values)
def test_every_shape_gives_codes_for_texts_and_nan_for_what_is_missing(rows):
    records = [dict(zip(NAMES, row, strict=True)) for row in rows]
    backwards = {"columns": NAMES[::-1], "data": [row[::-1] for row in rows]}
    for document in (records, {"instances": records}, backwards):
        found = rows_from_mixed_json(json.dumps(document).encode(), COLUMNS)
        np.testing.assert_array_equal(found, np.array(expected(rows), dtype=np.float64))
    lines = "\n".join(json.dumps(record) for record in records)
    found = rows_from_mixed_json_lines(lines.encode(), COLUMNS)
    np.testing.assert_array_equal(found, np.array(expected(rows), dtype=np.float64))


WRONG_ROWS = [
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


@pytest.mark.parametrize(("changes", "column", "says"), WRONG_ROWS)
@pytest.mark.parametrize("shape", ["list", "instances", "lines"])
def test_the_first_wrong_cell_is_named_with_what_its_column_takes(shape, changes, column, says):
    rows = [json.dumps(row) for row in (GOOD, {**GOOD, **changes}, {**GOOD, "Time": None})]
    listed = "[" + ",".join(rows) + "]"
    bodies = {"list": listed, "instances": f'{{"instances":{listed}}}', "lines": "\n".join(rows)}
    read = rows_from_mixed_json_lines if shape == "lines" else rows_from_mixed_json
    with pytest.raises(Rejected) as caught:
        read(bodies[shape].encode(), COLUMNS)
    assert (caught.value.row, caught.value.column) == (2, column)
    assert says in str(caught.value)


def test_a_column_that_may_be_missing_is_named_all_the_same():
    absent = {name: value for name, value in GOOD.items() if name != "Age"}
    with pytest.raises(Rejected, match="Missing: Age"):
        rows_from_mixed_json(json.dumps(absent).encode(), COLUMNS)


def test_a_name_twice_is_refused_however_many_colons_the_texts_have():
    row = '{"Age":1,"Channel":"a:b","Channel":"chip","Amount":1,"Time":2}'
    with pytest.raises(Rejected, match="More than once: Channel"):
        rows_from_mixed_json(row.encode(), COLUMNS)


def test_no_rows_are_refused():
    with pytest.raises(Rejected, match="the list is empty"):
        rows_from_mixed_json(b"[]", COLUMNS)
