"""Explain: why a model scores transactions as it does, all of them or a single one."""

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

SHOWN = 15


@dataclass(frozen=True)
class Explained:
    """A recorded model, some validation rows, and what each column did to their scores."""

    recorded: RecordedModel
    rows: "LabelledRows"
    explanation: "Explanation"

    def importances(self) -> "pl.DataFrame":
        """The mean size of each column's effect on the score, largest first."""
        import polars as pl

        found = self.explanation.global_importance()
        effect = f"mean |effect|, {self.explanation.unit}"
        return pl.DataFrame({"column": list(found), effect: list(found.values())})

    def plot(self) -> "Figure":
        """Every explained row as a point in each of the strongest columns."""
        from plots.explanation_plots import importance_beeswarm

        found = self.explanation
        return importance_beeswarm(
            found.columns, found.values, found.data, unit=found.unit, shown=SHOWN
        )

    def transaction(self, index: int) -> "Figure":
        """How the score of one explained row came about, column by column."""
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
) -> Explained:
    """Explain a recorded model on its validation rows, all frauds and `count` rows in all.

    Without a `run_id` it is the newest tuned model. SHAP values (Lundberg and Lee, 2017; exact for
    trees). Raises NotFound for a run that is not there or kept no model.
    """
    from fraud.explanation.explanation import explain_model

    place = session or open_session()
    recorded = load_recorded_model(place.tracking, run_id)
    manifest = read_manifest(place.execution, recorded.data_digest)
    rows = read_labelled(place.execution, manifest, "validation", recorded.history)
    with progress("Explaining") as tell:
        explanation = explain_model(
            recorded.model, rows, count=count, seed=seed, on_bag=lambda done, of: tell(done, of, "")
        )
    return Explained(recorded, rows, explanation)
