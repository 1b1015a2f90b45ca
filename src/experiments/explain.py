"""Explain: SHAP values of a recorded model, for many transactions or for a single one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.labelled_splits import read_labelled
from catalog.prepared_data import read_manifest
from catalog.recorded_models import RecordedModel, load_recorded_model
from experiments.progress import progress
from experiments.session import ExperimentSession, open_session

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from fraud.data.labelled_rows import LabelledRows
    from fraud.explanation.explanation import Explanation

PLOT_COLUMNS = 15


@dataclass(frozen=True)
class ExplainedModel:
    """A recorded model, validation rows, and the effect of each column on their scores."""

    recorded: RecordedModel
    rows: "LabelledRows"
    explanation: "Explanation"

    def importances(self) -> "pl.DataFrame":
        """Return the mean absolute effect of each column on the score, largest first."""
        import polars as pl

        importance = self.explanation.global_importance()
        effect = f"mean |effect|, {self.explanation.unit}"
        return pl.DataFrame({"column": list(importance), effect: list(importance.values())})

    def plot(self) -> "Figure":
        """Draw every explained row as a point, for the columns of the largest effect."""
        from plots.explanation_plots import importance_beeswarm

        all_rows = self.explanation
        return importance_beeswarm(
            all_rows.columns, all_rows.values, all_rows.data, unit=all_rows.unit, shown=PLOT_COLUMNS
        )

    def transaction(self, index: int) -> "Figure":
        """Draw the effects of the columns on the score of one explained row."""
        from plots.explanation_plots import one_transaction_plot

        one = self.explanation.one(index)
        return one_transaction_plot(
            one.columns, one.values, one.data, base=one.base, score=one.score, unit=one.unit
        )


def explain(
    run_id: str = "",
    *,
    session: ExperimentSession | None = None,
    count: int = 2000,
    seed: int = 0,
) -> ExplainedModel:
    """Explain a recorded model on `count` of its validation rows, all frauds among them.

    Without a `run_id`, explain the newest tuned model. The explanation are SHAP values (Lundberg
    and Lee, 2017; exact for trees). Raises NotFound for a run that does not exist or has no model.
    """
    from fraud.explanation.explanation import explain_model

    opened = session or open_session()
    recorded = load_recorded_model(opened.tracking, run_id)
    manifest = read_manifest(opened.execution, recorded.data_digest)
    rows = read_labelled(opened.execution, manifest, "validation", recorded.history)
    with progress("Explaining") as on_progress:
        explanation = explain_model(
            recorded.model,
            rows,
            count=count,
            seed=seed,
            on_bag=lambda done, of: on_progress(done, of, ""),
        )
    return ExplainedModel(recorded, rows, explanation)
