"""MLflow's scorer gives the very scores of the model, whatever columns stand beside its own."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.tracking.model_artifact import SCORER
from fakes.data.labelled_rows import COLUMNS, fake_rows, fitted
from foundation.errors import InvalidData

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore")

MODEL = fitted("logistic_regression")
FRAME = pd.DataFrame(fake_rows(5, 50).rows, columns=COLUMNS)


@pytest.fixture
def scorer(tmp_path: Path) -> Any:
    from experiments.tracking.mlflow_scorer import FraudScorer

    for name, content in MODEL.to_files().items():
        (tmp_path / name).write_bytes(content)
    scorer = FraudScorer()
    scorer.load_context(SimpleNamespace(artifacts={"model": str(tmp_path)}))
    return scorer


def test_columns_are_taken_by_name_and_others_are_ignored(scorer: Any) -> None:
    shuffled = FRAME[list(reversed(COLUMNS))].assign(unknown="column")
    expected = MODEL.scores(FRAME.to_numpy())
    assert np.array_equal(scorer.predict(None, FRAME), expected)
    assert np.array_equal(scorer.predict(None, shuffled), expected)


def test_rows_without_a_column_of_the_model_are_refused(scorer: Any) -> None:
    with pytest.raises(InvalidData, match="lacks V3"):
        scorer.predict(None, FRAME.drop(columns="V3"))


def test_another_version_of_this_project_says_so_when_a_model_is_loaded() -> None:
    """As if this project had moved its modules, or were not there: the code runs by itself."""
    code = f"""
import runpy, sys
sys.modules["fraud.scoring.frame_rows"] = None
runpy.run_path({str(SCORER)!r})
"""
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert done.returncode != 0
    assert "needs the version of CEAP Fraud Detection that recorded it" in done.stderr


def test_a_model_of_an_early_version_says_that_it_has_to_be_recorded_again() -> None:
    with pytest.raises(ImportError, match=r"recorded by an early version.*ceap tune"):
        exec("from fraud.model import FraudModel")  # the first line that such a model runs
    with pytest.raises(ImportError, match="cannot import name"):
        exec("from fraud.model import Nothing")
