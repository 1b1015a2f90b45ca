"""Blocks are numbered through, and written to disk when memory is full."""

import polars as pl

from catalog.reading.blocks import Memory, block_of, joined, numbered_through
from catalog.reading.open_file import open_raw
from catalog.reading.rejects import Reject
from fraud.data.spec import DataSpec
from fraud.data.validation import RowCheck

SPEC = DataSpec(name="t", raw="t.csv", label="fraud", features=["v"], id="key")


def blocks_of(*tables: list[tuple[str, str, str]]):
    check = RowCheck(SPEC, 5)
    frames = (pl.DataFrame(rows, schema=["fraud", "v", "key"], orient="row") for rows in tables)
    return numbered_through([block_of(check(frame), SPEC, None) for frame in frames])


def test_rows_are_counted_from_the_beginning_of_the_file():
    first, second = blocks_of(
        [("0", "1", "a"), ("0", "x", "b")], [("1", "2", "c"), ("0", "y", "d"), ("0", "3", "e")]
    )
    assert (first.lines.tolist(), second.lines.tolist()) == ([0], [2, 4])
    assert (first.bad["row"].to_list(), second.bad["row"].to_list()) == ([2], [4])


def test_rejected_rows_have_their_numbers_among_the_others(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("fraud,v,key\n0,1,a\n")
    blocks = blocks_of([("0", "1", "a"), ("0", "x", "b")], [("1", "2", "c")])
    rejects = [Reject(2, "too few fields", "it has 1 field", "z", False)]
    raw = joined(open_raw(path, SPEC, tmp_path), blocks, rejects)
    assert raw.numbers.tolist() == [1, 4]
    assert raw.bad["row"].to_list() == [2, 3]
    assert raw.reasons == {"too few fields": 1, "a missing or unreadable number": 1}
    assert (raw.bad_count, raw.rows, raw.labels.tolist()) == (2, 4, [0, 1])


def test_rows_go_to_disk_when_memory_is_full(tmp_path):
    table = pl.DataFrame({"a": [1.0] * 100})
    memory = Memory(tmp_path, room=int(table.estimated_size()))
    places = [memory.path_of(table) for _ in range(3)]
    assert places[0] is None
    assert len({*places}) == 3
