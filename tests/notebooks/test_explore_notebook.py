"""The notebook of explore shows the frauds of texts, gaps and entities, and nothing empty."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest

from fakes.processes.shown import shown_by
from fakes.studies.local_fit_pool import local_fit_pools
from foundation.executions import Execution
from foundation.settings import Settings, project_root
from foundation.stores.object_store import S3ObjectStore
from fraud.simulation.payments import HEADER, csv_text, payments_like
from pipeline.prepare import PrepareParams, prepare

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NOTEBOOK = project_root() / "notebooks" / "experiments" / "1_explore.ipynb"
ROWS, FRAUD_SHARE = 3000, 0.1  # frauds at any time: every fold has some


def payments() -> bytes:
    table = payments_like(ROWS, seed=4)
    frauds = np.random.default_rng(1).random(ROWS) < FRAUD_SHARE
    label = pl.Series("fraud", frauds.astype(np.int8), dtype=table.schema["fraud"])
    return (HEADER + csv_text(table.with_columns(label))).encode()


def test_nothing_that_is_shown_is_empty(
    notebook_environment: Settings, put_payments: Callable[[bytes], None]
) -> None:
    settings = notebook_environment
    put_payments(payments())
    store = S3ObjectStore(settings)
    execution = Execution.open("interactive-explore", store, settings)
    prepare(execution, PrepareParams(data="payments", minimum_rows=100))

    with local_fit_pools():
        shown = shown_by(
            NOTEBOOK, execution_id="interactive-explore", data="payments", resamples=50, workers=1
        )

    shown.require_nothing_empty()
    plots: Any = shown.variables["plots"]
    assert {"strength", "missing", "fraud_by_text_channel", "fraud_by_missing"} <= plots.keys()
    assert len(shown.pictures) == len(plots)  # each is shown once
    assert any("terminal_id" in table for table in shown.tables)
    assert any("unit of amounts" in table for table in shown.tables)
    assert "None of 13 checks of plausibility has a doubt." in shown.texts
    assert any("first midnight of the data" in text for text in shown.texts)
