"""Group plots: the share of fraud of each text of a column, and where values are missing."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from foundation.wording import counted
from fraud.data.fraud_by import GapGroups, Group
from plots.layout.canvas import BLUE, VERMILION
from plots.layout.row_plot import Row, draw_interval, draw_limit, rows_canvas
from plots.layout.share_axis import fit_shares
from plots.layout.text_size import in_sentence
from plots.periods import fraud_share

SHIFT = 0.17  # of a row: the two groups of a column stand one above the other


def fraud_by_text_plot(column: str, groups: Sequence[Group]) -> Figure:
    """Draw the share of fraud of each text with its interval, and that of all rows as a line."""
    rows, frauds = sum(g.rows for g in groups), sum(g.frauds for g in groups)
    overall = fraud_share(frauds, rows).value
    figure, axes = rows_canvas(
        f"Fraud by {column}",
        _most_fraud(groups, overall),
        [Row(g.name, f"{g.frauds:,} of {g.rows:,}", f"{g.share:.3%}") for g in groups],
    )
    for position, group in enumerate(groups):
        share = fraud_share(group.frauds, group.rows)
        is_apart = not share.low <= overall <= share.high
        colour = VERMILION if is_apart else BLUE
        draw_interval(axes, position, share, colour=colour, sure=is_apart)
    draw_limit(axes, overall, "all rows")
    scale = _fit(axes, groups)
    axes.set(xlabel=f"Share that is fraud, 95 % interval{scale}; full points: apart from all rows")
    return figure


def _fit(axes: Axes, groups: Sequence[Group]) -> str:
    """Fit the axis to every interval; return what its label has to add."""
    return fit_shares(axes.xaxis, [fraud_share(group.frauds, group.rows).high for group in groups])


def _most_fraud(groups: Sequence[Group], overall: float) -> str:
    apart = [
        group
        for group in groups
        if group.rows and fraud_share(group.frauds, group.rows).low > overall
    ]
    if not apart:
        return f"No value has more fraud than all rows have ({overall:.3%}), beyond chance"
    worst = max(apart, key=lambda group: group.share)
    return f"Most of {in_sentence(worst.name)}: {worst.share:.3%}, and {overall:.3%} of all rows"


def fraud_by_gap_plot(columns: Sequence[GapGroups], *, shown: int = 12) -> Figure:
    """Draw the share of fraud with and without a value, the columns with most gaps on top."""
    largest = sorted(columns, key=lambda each: -each.gaps.rows)[:shown]
    figure, axes = rows_canvas(
        "Fraud where a value is missing",
        _tell(columns),
        [
            Row(
                each.column,
                f"{each.gaps.share:.3%} of {each.gaps.rows:,} missing",
                f"{each.values.share:.3%} else",
            )
            for each in largest
        ],
        row_height=0.42,
    )
    for position, each in enumerate(largest):
        for group, shift, colour in (
            (each.gaps, -SHIFT, VERMILION),
            (each.values, SHIFT, BLUE),
        ):
            share = fraud_share(group.frauds, group.rows)
            draw_interval(axes, position + shift, share, colour=colour, sure=group.rows > 0)
    scale = _fit(axes, [group for each in largest for group in (each.gaps, each.values)])
    axes.set(
        xlabel=f"Share that is fraud, 95 % interval{scale}: value missing (above), there (below)"
    )
    return figure


def _tell(columns: Sequence[GapGroups]) -> str:
    """Return how many columns have another share of fraud where they are missing."""
    telling = [each for each in columns if is_telling(each)]
    many = counted(len(columns), "column")
    if not telling:
        return f"In none of {many} with missing values does that tell of fraud, beyond chance"
    named = ", ".join(in_sentence(each.column) for each in telling[:3])
    more = ", …" if len(telling) > 3 else ""
    return f"That a value is missing tells of fraud in {len(telling)} of {many}: {named}{more}"


def is_telling(groups: GapGroups) -> bool:
    """Return whether the intervals of both shares of fraud are apart."""
    gaps, values = (fraud_share(g.frauds, g.rows) for g in (groups.gaps, groups.values))
    return gaps.low > values.high or values.low > gaps.high
