"""Fit checks: rows that nothing can be learned from, and settings nothing can run with."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from fakes.data.labelled_rows import COLUMNS, ROLES, fake_rows
from fakes.data.rows_with_gaps import CATEGORIES, MAY_MISS, gappy_rows
from foundation.errors import InvalidData, InvalidParams
from fraud.data.labelled_rows import LabelledRows
from fraud.model.fit_checks import require_learnable, require_runnable


def with_other_codes(rows: LabelledRows) -> LabelledRows:
    return replace(rows, categories={**CATEGORIES, "Channel": ("till", "web", "phone")})


def with_other_gaps(rows: LabelledRows) -> LabelledRows:
    return replace(rows, may_miss=MAY_MISS | {"V2"})


def test_rows_of_both_classes_and_equal_columns_are_accepted() -> None:
    require_learnable(fake_rows(1), fake_rows(2))
    require_learnable(gappy_rows(1), gappy_rows(2))


def test_training_rows_may_have_gaps_that_validation_rows_have_not() -> None:
    require_learnable(with_other_gaps(gappy_rows(1)), gappy_rows(2))


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("part", ["training", "validation"])
def test_rows_of_one_class_are_refused(part: str, label: int) -> None:
    rows = fake_rows(1)
    one_class = LabelledRows(COLUMNS, rows.rows, np.full_like(rows.labels, label), roles=ROLES)
    pair = {"training": rows, "validation": rows, part: one_class}
    problem = f"the {part} rows hold {label * 1200:,} frauds among 1,200"
    with pytest.raises(InvalidData, match=problem):
        require_learnable(*pair.values())


def test_validation_rows_of_other_columns_are_refused() -> None:
    rows = fake_rows(2)
    swapped = LabelledRows(("V2", "V1", *COLUMNS[2:]), rows.rows, rows.labels, roles=ROLES)
    with pytest.raises(InvalidData, match="same columns in the same order"):
        require_learnable(fake_rows(1), swapped)


@pytest.mark.parametrize(
    ("changed", "message"),
    [(with_other_codes, "those of Channel differ"), (with_other_gaps, "V2 may have gaps")],
)
def test_validation_rows_that_mean_something_else_are_refused(changed: Any, message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        require_learnable(gappy_rows(1), changed(gappy_rows(2)))


@pytest.mark.parametrize("threads", [None, 1, 64])
@pytest.mark.parametrize("seed", [0, 2**31 - 1])
def test_seeds_of_31_bits_and_any_number_of_threads_are_accepted(
    seed: int, threads: int | None
) -> None:
    require_runnable(seed, threads)


def test_a_seed_and_a_number_of_threads_that_cannot_be_are_refused_together() -> None:
    with pytest.raises(InvalidParams) as refused:
        require_runnable(-1, 0)
    assert len(refused.value.problems) == 2
    assert "from 0 to 2147483647, not -1" in str(refused.value)
    assert "threads are at least 1" in str(refused.value)
