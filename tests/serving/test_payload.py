import numpy as np
import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fraud.scoring.model_columns import ModelColumns
from serving.payload import LARGEST_BODY, PARSERS, rows_from_body
from serving.rejection import Rejected

unhurried = settings(deadline=None)  # other processes share this machine
COLUMNS = ModelColumns(("V1", "V2", "Amount"))
MIXED = ModelColumns(COLUMNS.names, {"V2": ("x", "y")}, frozenset({"V1"}))
SCRAPS = [
    b"V1", b"V2", b"Amount", b"1", b"-2.5", b"1e31", b"nan", b"NaN", b"null", b"true", b'"', b",",
    b":", b"\n", b"\r", b"[", b"]", b"{", b"}", b" ", b"\xff", b"\x00", b'"V1":1', b'"V2":2',
    b'"Amount":3', b'{"V1":1,"V2":2,"Amount":3}', b"1,2,3\n", b"V1,V2,Amount\n", b'"instances"',
    b'"columns"', b'"data"', b"\\u00e9", b"9" * 5_000,
]  # fmt: skip
bodies = st.one_of(
    st.binary(max_size=200), st.lists(st.sampled_from(SCRAPS), max_size=20).map(b"".join)
)


@unhurried
@given(body=bodies, content_type=st.sampled_from([*PARSERS, "text/csv; charset=utf-8"]))
@example(body=b'[{"\\ud800": 1, "V1": NaN}]', content_type="application/json")
def test_any_bytes_give_rows_or_a_rejection(body, content_type):
    rows, rejected = rows_or_rejection(body, content_type)
    if rejected is not None:
        assert 400 <= rejected.status < 500
        assert "Nothing was scored" in orjson.loads(rejected.to_json())["error"]
    else:
        assert rows.shape[1] == 3
        assert len(rows) >= 1
        assert rows.dtype == np.float64
        assert np.isfinite(rows).all()


mixed_scraps = [*SCRAPS, b"x", b"y", b"1,x,3\n", b",,3\n", b'"V2":"x"', b'"V1":null', b'"x"']
mixed_bodies = st.one_of(bodies, st.lists(st.sampled_from(mixed_scraps), max_size=20).map(b"".join))


@unhurried
@given(body=mixed_bodies, content_type=st.sampled_from([*PARSERS]))
@example(body=b'[{"V1": null, "V2": "\\ud800", "Amount": 3}]', content_type="application/json")
def test_any_bytes_give_rows_or_a_rejection_where_texts_and_gaps_are_taken(body, content_type):
    rows, rejected = rows_or_rejection(body, content_type, MIXED)
    if rejected is not None:
        assert 400 <= rejected.status < 500
        assert "Nothing was scored" in orjson.loads(rejected.to_json())["error"]
    else:
        assert rows.shape[1] == 3
        assert len(rows) >= 1
        assert rows.dtype == np.float64
        assert np.isfinite(rows[:, 2]).all()
        assert not np.isinf(rows).any()
        assert np.isin(rows[~np.isnan(rows[:, 1]), 1], [0, 1]).all()


@unhurried
@given(body=bodies, content_type=st.sampled_from([*PARSERS]))
@example(body=b"1,,3", content_type="text/csv")
@example(body=b'{"V1":null,"V2":2,"Amount":3}', content_type="application/json")
def test_what_numbers_alone_allow_a_model_with_another_gap_allows_too(body, content_type):
    rows, _ = rows_or_rejection(body, content_type)
    gappy = ModelColumns(COLUMNS.names, may_miss=frozenset({"V1"}))
    if rows is not None:
        assert rows.tobytes() == rows_from_body(body, content_type, gappy).tobytes()


def rows_or_rejection(body, content_type, columns=COLUMNS):
    try:
        return rows_from_body(body, content_type, columns), None
    except Rejected as rejected:
        return None, rejected


@pytest.mark.parametrize("content_type", ["", "text/html", "application/x-npy", "text/csvx"])
def test_a_content_type_that_nobody_reads_is_415(content_type):
    with pytest.raises(Rejected, match="text/csv, application/json") as caught:
        rows_from_body(b"1,2,3", content_type, COLUMNS)
    assert caught.value.status == 415


@pytest.mark.parametrize("content_type", PARSERS)
@pytest.mark.parametrize("body", [b"", b"\n", b" \r\n "])
def test_an_empty_body_is_refused(body, content_type):
    with pytest.raises(Rejected, match="body is empty"):
        rows_from_body(body, content_type, COLUMNS)


def test_a_body_of_just_6_mb_is_read_and_a_byte_more_is_413():
    row = b"1,2,3\n"
    body = row * (LARGEST_BODY // len(row))
    assert len(body) == LARGEST_BODY
    assert len(rows_from_body(body, "text/csv", COLUMNS)) == LARGEST_BODY // len(row)
    with pytest.raises(Rejected, match="smaller batches") as caught:
        rows_from_body(body + b"\n", "text/csv", COLUMNS)
    assert caught.value.status == 413


@pytest.mark.parametrize("content_type", ["text/csv", "TEXT/CSV; header=present"])
def test_a_content_type_is_read_as_the_web_reads_it(content_type):
    assert rows_from_body(b"1,2,3", content_type, COLUMNS).tolist() == [[1, 2, 3]]
