"""The notebook of prepare shows what is implausible in the data, and nothing empty."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from fakes.processes.shown import shown_by
from foundation.settings import Settings, project_root
from fraud.simulation.payments import HEADER, csv_text, payments_like

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NOTEBOOK = project_root() / "notebooks" / "training" / "1_prepare.ipynb"
DAY = 86_400


def test_a_doubt_is_shown_with_its_sentence(
    notebook_environment: Settings, put_payments: Callable[[bytes], None]
) -> None:
    table = payments_like(3_000, seed=4)
    table = table.with_columns(seconds=pl.col("seconds") // DAY * DAY)  # dates without a clock
    put_payments((HEADER + csv_text(table)).encode())
    shown = shown_by(
        NOTEBOOK, execution_id="interactive-prepare", data="payments", minimum_rows=100
    )

    output: Any = shown.variables["output"]
    assert [doubt.check for doubt in output.plausibility.doubts] == ["time of day"]
    plausibility, leakage = shown.tables[-2:]
    assert "doubtful" in plausibility
    assert "seconds has one time of day, 00:00: these are dates without a clock" in plausibility
    assert "single columns" in leakage
