"""Numbers and counts are written for people."""

import pytest

from fraud.metrics.estimates import Estimate
from plots.layout.labels import (
    decimals_for,
    digits,
    joined_names,
    short_number,
    signed,
    signed_interval,
)


@pytest.mark.parametrize(
    ("estimate", "decimals"),
    [
        (Estimate(0.81, 0.72, 0.89), 3),
        (Estimate(0.8, 0.7999, 0.8001), 5),
        (Estimate(123.4, 100, 150), 0),
        (Estimate(2.5, 2, 3), 1),
        (Estimate(0.5, 0.5, 0.5), 3),
    ],
)
def test_intervals_show_two_digits_of_their_width(estimate: Estimate, decimals: int) -> None:
    assert digits([estimate]) == decimals


def test_numbers_are_written_for_people() -> None:
    assert signed(-0.0001) == "0.000"
    assert signed(-1234.5, 1) == "−1,234.5"
    assert signed_interval(Estimate(0.01, -0.02, 0.03)) == "+0.010 (−0.020 to +0.030)"
    assert [short_number(n) for n in (284_807.0, 3.14159, 0.0, -5.0, 0.00012)] == [
        "284,807", "3.14", "0", "−5", "1.2e−04",
    ]  # fmt: skip
    assert [joined_names("a"), joined_names("ab"), joined_names("abc")] == [
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize(
    ("values", "decimals"),
    [([250.0, 3.0], 0), ([2.5, -0.1], 2), ([0.0031], 5), ([0.0], 2), ([], 2)],
)
def test_the_largest_of_some_values_shows_three_digits(values: list[float], decimals: int) -> None:
    assert decimals_for(values) == decimals
