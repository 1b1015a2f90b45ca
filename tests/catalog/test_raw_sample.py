"""A file that is not as it is described is refused before it replaces another."""

import gzip

import pytest

from catalog.raw_sample import require_readable
from fakes.data.described_csv import SPEC, described_rows, described_text, with_cells
from foundation.errors import InvalidData

GOOD = described_text(described_rows())


def check(folder, content: bytes, spec=SPEC) -> None:
    path = folder / "shop.csv"
    path.write_bytes(content)
    require_readable(path, spec, folder, name="mine.csv")


@pytest.mark.parametrize("content", [GOOD, GOOD.rstrip(b"\n"), gzip.compress(GOOD)])
def test_a_file_as_described_passes(tmp_path, content):
    check(tmp_path, content)


def test_a_few_bad_rows_are_left_to_prepare(tmp_path):
    check(tmp_path, with_cells("amount", {5: "-1", 9: "x"}))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (GOOD.split(b"\n")[0] + b"\n", "mine.csv has a header and no rows"),
        (GOOD[:-3], r"mine.csv is cut off: it ends in row 400 \(it has 1[0-9] fields"),
        (with_cells("amount", dict.fromkeys(range(300), "9,5")), "mine.csv is not as"),
        (
            with_cells("amount", dict.fromkeys(range(300), "$9")),
            "300 of its first 400 rows are bad",
        ),
        (GOOD.replace(b"amount", b"price"), "mine.csv does not have the columns of shop"),
        (GOOD.split(b"\n")[0] + b"\n" + b"a,b\n" * 30, "30 of its first 30 rows are bad"),
        (b"\x89PNG\r\n\x1a\n", "mine.csv is a picture"),
    ],
)
def test_a_file_that_is_otherwise_is_refused_by_the_name_it_came_with(tmp_path, content, problem):
    with pytest.raises(InvalidData, match=problem) as refused:
        check(tmp_path, content)
    assert "Nothing was" in str(refused.value)
