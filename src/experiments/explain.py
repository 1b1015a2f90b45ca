"""Explain: why a model scores transactions as it does, all of them or a single one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from experiments.progress import progress
from experiments.workshop import Workshop, open_workshop
from shelf.labelled_splits import read_labelled
from shelf.prepared_data import read_manifest
from shelf.recorded_models import RecordedModel, recorded_model

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

    from fraud.explanation import Explanation
    from fraud.labelled_rows import LabelledRows

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
        from figures.explanation_plots import importance_beeswarm

        found = self.explanation
        return importance_beeswarm(
            found.columns, found.values, found.data, unit=found.unit, shown=SHOWN
        )

    def transaction(self, index: int) -> "Figure":
        """How the score of one explained row came about, column by column."""
        from figures.explanation_plots import one_transaction_plot

        one = self.explanation.one(index)
        return one_transaction_plot(
            one.columns, one.values, one.data, base=one.base, score=one.score, unit=one.unit
        )


def explain(
    run_id: str = "",
    *,
    workshop: Workshop | None = None,
    count: int = 2000,
    seed: int = 0,
) -> Explained:
    """Explain a recorded model on its validation rows, all frauds and `count` rows in all.

    Without a `run_id` it is the newest tuned model. SHAP values (Lundberg and Lee, 2017; exact for
    trees). Raises NotFound for a run that is not there or kept no model.
    """
    from fraud.explanation import explain_model

    place = workshop or open_workshop()
    recorded = recorded_model(place.tracking, run_id)
    manifest = read_manifest(place.execution, recorded.data_digest)
    rows = read_labelled(place.execution, manifest, "validation", recorded.history)
    with progress("Explaining") as tell:
        explanation = explain_model(
            recorded.model, rows, count=count, seed=seed, on_bag=lambda done, of: tell(done, of, "")
        )
    return Explained(recorded, rows, explanation)
