"""The notebook of train shows figures of rows left out, whatever kind of model it trains."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from fakes.data.labelled_rows import QUICK
from fakes.processes.shown import Shown, shown_by
from foundation.executions import Execution
from foundation.settings import Settings, project_root
from foundation.stores.object_store import S3ObjectStore
from fraud.algorithms import ALGORITHMS
from fraud.simulation.payments import HEADER, csv_text, payments_like
from pipeline.prepare import PrepareParams, prepare

# MLflow 3.17 uses what SQLAlchemy 2.1 deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")

NOTEBOOK = project_root() / "notebooks" / "training" / "2_train.ipynb"
ROWS, SEED = 6000, 4
ONE_PIECE = ("logistic_regression", "random_forest")  # these have no rounds to draw a curve of


class Kind(NamedTuple):
    """A kind of winner: its algorithm, and how many models it is the mean of."""

    algorithm: str
    bags: int = 1

    def __str__(self) -> str:
        return self.algorithm if self.bags == 1 else f"{self.bags} bags of {self.algorithm}"


KINDS = [
    *(Kind(name) for name in ALGORITHMS),
    *(Kind(name, bags=2) for name in ("xgboost", "neural_network", "random_forest", "blend")),
]


def trained(kind: Kind, settings: Settings) -> Shown:
    execution_id = f"interactive-{kind.algorithm}-{kind.bags}"
    execution = Execution.open(execution_id, S3ObjectStore(settings), settings)
    prepare(execution, PrepareParams(data="payments", minimum_rows=100))
    return shown_by(
        NOTEBOOK,
        execution_id=execution_id,
        algorithm=kind.algorithm,
        hyperparameters=QUICK[kind.algorithm],
        recipe={"bags": kind.bags, "calibration": "platt"},
        threads=1,
        use_production_config=False,
    )


@pytest.fixture
def environment(notebook_environment: Settings, put_payments: Callable[[bytes], None]) -> Settings:
    """An environment with a raw file of payments: texts, gaps and numbers."""
    put_payments((HEADER + csv_text(payments_like(ROWS, seed=SEED))).encode())
    return notebook_environment


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_nothing_that_is_shown_is_empty(kind: Kind, environment: Settings) -> None:
    shown = trained(kind, environment)
    shown.require_nothing_empty()
    output: Any = shown.variables["output"]
    rows = "validation rows" if kind.bags == 1 else "out-of-bag rows"
    assert f"on {rows}" in shown.tables[-1]
    learners = ALGORITHMS[kind.algorithm].learners
    expected = {} if kind.algorithm in ONE_PIECE else dict.fromkeys(learners, kind.bags)
    assert {name: len(bags) for name, bags in output.learning_curves.items()} == expected
    assert all(bags for curves in output.learning_curves.values() for bags in curves)
    assert len(shown.figures) == 1 + len(expected)
    assert any("fitted in one piece" in text for text in shown.texts) == (not expected)
    # Of rows that were learned by heart, no column would matter.
    assert max(output.importances.values()) > 0.05
