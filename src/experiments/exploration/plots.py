"""Figures of an exploration: classes, amounts, times, column strength and drift."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from plots.column_plots import (
    column_drift_plot,
    feature_strength_plot,
    missing_values_plot,
    random_versus_time_plot,
)
from plots.exploration_plots import (
    amounts_by_class_plot,
    class_balance_plot,
    drift_over_time_plot,
    times_by_class_plot,
)

if TYPE_CHECKING:
    from datetime import date

    from matplotlib.figure import Figure

    from catalog.split_files import SplitFile
    from foundation.locations import Split
    from fraud.data.column_profile import ColumnFacts
    from fraud.data.labelled_rows import LabelledRows
    from fraud.metrics.estimates import Estimate

DAY_SECONDS = 86_400


def exploration_plots(
    rows: "LabelledRows",
    columns: "Sequence[ColumnFacts]",
    splits: "Mapping[Split, SplitFile]",
    gap: tuple["Estimate", "Estimate"] | None,
    since: "date | None" = None,
) -> "dict[str, Figure]":
    """Draw the figures of an exploration that the data allows, by name.

    Seconds count from the midnight of `since`.
    """
    figures = {
        "class_balance": class_balance_plot(
            {str(name): (split.rows, split.frauds) for name, split in splits.items()}
        ),
        "strength": feature_strength_plot({facts.name: facts.univariate_auc for facts in columns}),
    }
    if rows.amounts is not None:
        figures["amounts"] = amounts_by_class_plot(rows.amounts, rows.labels)
    if rows.times is not None:
        figures["times"] = times_by_class_plot(rows.times % DAY_SECONDS, rows.labels)
        figures["drift"] = drift_over_time_plot(rows.times, rows.labels, since=since)
    # The time itself moves with time.
    drifts = {f.name: f.drift for f in columns if f.kind != "time" and f.drift is not None}
    if drifts:
        figures["column_drift"] = column_drift_plot(drifts)
    if gap:
        figures["random_or_time"] = random_versus_time_plot(*gap)
    if any(facts.missing_share for facts in columns):
        figures["missing"] = missing_values_plot({f.name: f.missing_share for f in columns})
    return figures
