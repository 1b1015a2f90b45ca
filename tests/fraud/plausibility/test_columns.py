"""Described columns: the numbers of a time are those of the file, and samples are spread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.data.plausible_columns import DAY, UNIX, time_column
from fraud.plausibility.columns import MOST_ROWS, sampled


@pytest.mark.parametrize(
    ("seconds", "form", "numbers"),
    [
        ([0.0, 3_600.0], {}, [0, 3_600]),
        ([0.0, 7_200.0], {"time_unit": "hours"}, [0, 2]),
        ([1.7e9, 1.7e9 + 60], {"time_unit": "ms", "time_since": UNIX}, [1.7e12, 1.7e12 + 6e4]),
        ([DAY, 3 * DAY], {"time_unit": "days", "time_since": "1970-01-02"}, [0, 2]),
    ],
)
def test_numbers_are_those_of_the_file(seconds, form, numbers):
    found = time_column(seconds, **form).numbers
    assert found is not None
    assert found.tolist() == pytest.approx(numbers)


def test_dates_have_no_numbers():
    assert time_column([0.0], time_format="iso").numbers is None


def test_the_middle_leaves_out_few_strange_rows():
    seconds = np.append(np.arange(100.0), [1e12, -1e12])
    column = time_column(seconds)
    assert column.ends == (-1e12, 1e12)
    assert column.middle.max() < 100


@given(rows=st.integers(1, 10 * MOST_ROWS))
def test_a_sample_is_spread_over_all_rows(rows):
    chosen = sampled(rows)
    assert len(chosen) <= MOST_ROWS
    assert len(chosen) == rows or len(chosen) > MOST_ROWS / 2
    assert chosen[0] == 0
    assert rows - chosen[-1] <= rows // len(chosen) + 1
