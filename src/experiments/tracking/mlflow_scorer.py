"""MLflow scorer: load a fraud model of this project in MLflow, and score a pandas frame.

Every recorded model holds a copy of this file, and MLflow runs the copy: no pickle. This project
must be installed where the model is loaded.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from fraud.data.arrays import Scores
from fraud.model.fraud_model import FraudModel


class FraudScorer(PythonModel):
    """A fraud model behind MLflow's interface."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the model from its own files."""
        folder = Path(context.artifacts["model"])
        files = {file.name: file.read_bytes() for file in folder.iterdir()}
        self.model = FraudModel.from_files(files)

    def predict(  # MLflow decides what its arguments are called
        self,
        context: PythonModelContext,  # noqa: ARG002
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> Scores:
        """Return the fraud score of each row; columns are selected by name."""
        rows = model_input[list(self.model.columns)].to_numpy(dtype=np.float64)
        return self.model.scores(np.ascontiguousarray(rows))


set_model(FraudScorer())
