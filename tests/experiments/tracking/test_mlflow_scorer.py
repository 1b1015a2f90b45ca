"""MLflow's scorer gives the very scores of the model, whatever columns stand beside its own."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fakes.data.labelled_rows import COLUMNS, fake_rows, fitted

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
    with pytest.raises(KeyError, match="V3"):
        scorer.predict(None, FRAME.drop(columns="V3"))
