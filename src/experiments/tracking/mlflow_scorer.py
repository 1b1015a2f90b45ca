"""MLflow scorer: load a fraud model of this project in MLflow, and score a frame of raw rows.

Every recorded model holds a copy of this file, and MLflow runs the copy: no pickle. This project
must be installed where the model is loaded.
"""

from pathlib import Path
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

try:
    from fraud.data.arrays import Scores
    from fraud.model.fraud_model import FraudModel
    from fraud.scoring.frame_rows import rows_of_frame
    from fraud.scoring.model_columns import ModelColumns
except ImportError as error:
    message = (
        "This model needs the version of CEAP Fraud Detection that recorded it, and another, or "
        f"none, is installed here ({error}). Install that version (the tag git_commit of its run "
        "names it), or record the model again by `ceap compare` or `ceap tune`. Its files are "
        "whole: `ceap promote` loads them."
    )
    raise ImportError(message) from error


class FraudScorer(PythonModel):
    """A fraud model behind MLflow's interface."""

    def load_context(self, context: PythonModelContext) -> None:
        """Load the model from its own files."""
        folder = Path(context.artifacts["model"])
        files = {file.name: file.read_bytes() for file in folder.iterdir()}
        self.model = FraudModel.from_files(files)
        self.columns = ModelColumns.of(self.model)

    def predict(  # MLflow decides what its arguments are called
        self,
        context: PythonModelContext,  # noqa: ARG002
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> Scores:
        """Return the fraud score of each raw row; `rows_of_frame` states what a row may hold."""
        return self.model.scores(rows_of_frame(model_input, self.columns))


set_model(FraudScorer())
