"""Counts are written for people."""

from foundation.wording import counted


def test_one_thing_is_counted_without_a_plural() -> None:
    assert [counted(n, "fraud") for n in (0, 1, 2, 12_000)] == [
        "0 frauds", "1 fraud", "2 frauds", "12,000 frauds",
    ]  # fmt: skip
