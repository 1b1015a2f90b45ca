"""Churn plots: decisions that another model would change, day by day."""

from collections.abc import Mapping

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from foundation.wording import counted
from plots.layout.canvas import BLUE, INK, VERMILION
from plots.layout.labels import signed
from plots.layout.row_plot import Row, rows_canvas


def churn_plot(newly_flagged: Mapping[str, int], released: Mapping[str, int]) -> Figure:
    """Draw newly flagged transactions to the right and released ones to the left, a row a day."""
    rows = [
        Row(day, signed(newly_flagged[day], 0), signed(-released[day], 0)) for day in newly_flagged
    ]
    flagged, gone = sum(newly_flagged.values()), sum(released.values())
    finding = (
        f"{counted(flagged, 'transaction')} would be flagged newly (to the right), {gone:,} "
        "released (to the left)"
    )
    figure, axes = rows_canvas("Decisions that would change", finding, rows)
    right, left = list(newly_flagged.values()), [-released[day] for day in newly_flagged]
    axes.barh(range(len(rows)), right, color=VERMILION, height=0.62, zorder=3)
    axes.barh(range(len(rows)), left, color=BLUE, height=0.62, zorder=3)
    axes.axvline(0, color=INK, lw=1.2, zorder=4)
    widest = 1.08 * max(1, *right, *(-count for count in left))
    axes.set(xlim=(-widest, widest), xlabel="Transactions")
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{abs(count):,.0f}"))
    return figure
