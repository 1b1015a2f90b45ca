"""Rows of the small world, with or without an amount and a time."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from fakes.data.labelled_rows import COLUMNS, fake_rows
from fraud.data.labelled_rows import LabelledRows
from fraud.data.roles import Roles

EVERY_ROLES = [Roles(amount, time) for amount in ("Amount", None) for time in ("Time", None)]
every_roles = st.sampled_from(EVERY_ROLES)


def rows_with_roles(roles: Roles, seed: int, count: int = 1200) -> LabelledRows:
    """The rows of fake_rows without the columns whose role is missing."""
    rows = fake_rows(seed, count)
    columns = (*COLUMNS[:-2], *roles.columns)
    places = [COLUMNS.index(name) for name in columns]
    matrix = np.ascontiguousarray(rows.rows[:, places])
    return replace(rows, columns=columns, rows=matrix, roles=roles)
