"""MLflow scorer: how MLflow loads a fraud model of this project and scores a pandas frame with it.

A copy of this file lies in every model that is recorded, and MLflow runs it there: no pickle. It
needs this project to be installed where the model is loaded.
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
    def load_context(self, context: PythonModelContext) -> None:
        folder = Path(context.artifacts["model"])
        files = {file.name: file.read_bytes() for file in folder.iterdir()}
        self.model = FraudModel.from_files(files)

    def predict(  # MLflow decides what its arguments are called
        self,
        context: PythonModelContext,  # noqa: ARG002
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> Scores:
        rows = model_input[list(self.model.columns)].to_numpy(dtype=np.float64)
        return self.model.scores(np.ascontiguousarray(rows))


set_model(FraudScorer())
