"""Exploration plots: class balance, amounts, times of day, and drift of the fraud rate."""

from collections.abc import Mapping
from datetime import date

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from foundation.wording import counted
from fraud.data.arrays import Floats, Labels
from fraud.data.moments import moment
from plots.layout.canvas import (
    BLUE,
    DASHES,
    GREY,
    STYLES,
    VERMILION,
    Frame,
    add_strip,
    format_as_percent,
    framed_canvas,
)
from plots.layout.labels import short_number
from plots.layout.legend import Entry, canvas_with_legend
from plots.layout.row_plot import Row, draw_interval, rows_canvas
from plots.layout.share_axis import fit_shares, format_as_small_percent
from plots.periods import UNITS, Periods, by_hour_of_day, by_time, fraud_share

MOST_NAMED, LAST_NAMED = 6, 0.93  # periods with a name, and the share of them that may have one
CLASSES = dict(zip(("legitimate", "fraud"), STYLES[:2], strict=True))


def class_balance_plot(counts: Mapping[str, tuple[int, int]]) -> Figure:
    """Draw the share of fraud of sets of rows, each given as (rows, frauds), with its interval."""
    rows = [
        Row(name, f"{frauds:,} of {rows:,}", one_in(frauds, rows))
        for name, (rows, frauds) in counts.items()
    ]
    every, of_every = (sum(column) for column in zip(*counts.values(), strict=True))
    finding = f"{counted(of_every, 'fraud')} among {counted(every, 'transaction')}"
    figure, axes = rows_canvas("How rare fraud is", f"{finding}: {one_in(of_every, every)}", rows)
    for position, (of_rows, frauds) in enumerate(counts.values()):
        share = fraud_share(frauds, of_rows)
        draw_interval(axes, position, share, colour=VERMILION, sure=frauds > 0)
    scale = fit_shares(
        axes.xaxis, [fraud_share(frauds, rows).high for rows, frauds in counts.values()]
    )
    axes.set(xlabel=f"Share that is fraud, 95 % interval{scale}")
    return figure


def one_in(frauds: int, rows: int) -> str:
    return f"one in {short_number(rows / frauds)}" if frauds else "none"


def amounts_by_class_plot(amounts: Floats, labels: Labels) -> Figure:
    """Draw the distribution of amounts of each class, on a logarithmic axis, and the medians."""
    classes = {name: amounts[labels == label] for label, name in enumerate(CLASSES)}
    medians = {name: float(np.median(of)) for name, of in classes.items() if len(of)}
    entries = [
        Entry(CLASSES[name], name, f"{len(classes[name]):,}, median {median:,.2f}")
        for name, median in medians.items()
    ]
    figure, axes = canvas_with_legend("Amounts of each class", _medians(medians), entries)
    edges = amount_edges(amounts)
    for name in medians:
        style, placed = CLASSES[name], np.clip(classes[name], edges[0], edges[-1])
        shares = np.histogram(placed, edges)[0] / len(placed)
        axes.stairs(shares, edges, color=style.colour, fill=True, alpha=0.2)
        axes.stairs(shares, edges, color=style.colour, ls=style.line, lw=2, label=name)
        middle = max(medians[name], float(edges[0]))
        axes.axvline(middle, color=style.colour, ls=style.line, lw=1.2, alpha=0.8)
    axes.set(xscale="log", xlim=(edges[0], edges[-1]), ylim=(0, None))
    axes.set(xlabel="Amount (log scale; upright lines: medians)", ylabel="Share of the class")
    _label_amounts(axes, edges, has_zero=bool((amounts <= 0).any()))
    format_as_percent(axes.yaxis)
    return figure


def amount_edges(amounts: Floats) -> Floats:
    """Return bin edges, four for a power of ten; the first bin is for 0 and less."""
    positive = amounts[amounts > 0]
    highest = float(positive.max()) if len(positive) else 1.0
    lowest = max(float(positive.min()) if len(positive) else 1.0, highest * 1e-8)
    first, last = np.floor(np.log10(lowest)), np.floor(np.log10(highest)) + 1
    edges: Floats = 10 ** np.append(first - 0.75, np.arange(first, last + 0.01, 0.25))
    return edges


def _label_amounts(axes: Axes, edges: Floats, *, has_zero: bool) -> None:
    powers = edges[1::4][:: 1 + len(edges) // 40]
    ticks, names = list(powers), [f"{power:,g}" for power in powers]
    if has_zero:  # in the place of the lowest power, whose name would touch it
        ticks, names = [float(edges[0]) * 10**0.375, *ticks[1:]], ["0", *names[1:]]
    axes.set_xticks(ticks, names)
    axes.xaxis.set_minor_locator(NullLocator())


def _medians(medians: Mapping[str, float]) -> str:
    return "The median amount is " + ", ".join(f"{m:,.2f} ({name})" for name, m in medians.items())


def times_by_class_plot(seconds_of_day: Floats, labels: Labels) -> Figure:
    """Draw the hours of each class, and beneath the share of fraud in each hour."""
    hours = by_hour_of_day(seconds_of_day, labels)
    counts = dict(zip(CLASSES, (hours.rows - hours.frauds, hours.frauds), strict=True))
    entries = [
        Entry(CLASSES[name], name, f"{of.sum():,}, most at {int(of.argmax()):02d}:00")
        for name, of in counts.items()
        if of.any()
    ]
    figure, axes = canvas_with_legend("Hours of each class", _riskiest(hours), entries, strip=1.2)
    edges = np.arange(25)
    for name, of in counts.items():
        style, share = CLASSES[name], of / max(int(of.sum()), 1)
        axes.stairs(share, edges, color=style.colour, fill=True, alpha=0.15)
        axes.stairs(share, edges, color=style.colour, ls=style.line, lw=2, label=name)
    axes.set(xlim=(0, 24), ylim=(0, None), ylabel="Share of the class")
    format_as_percent(axes.yaxis)
    strip = add_strip(figure, axes)
    strip.stairs(hours.share, edges, color=VERMILION, fill=True, alpha=0.75)
    strip.axhline(hours.overall, color=GREY, lw=1.2, ls=DASHES)
    strip.set(ylim=(0, 1.15 * float(hours.share.max()) or 0.01))
    strip.set(xlabel="Hour of the day", ylabel="Fraud")
    strip.set_xticks(range(0, 25, 3), [f"{hour:02d}:00" for hour in range(0, 25, 3)])
    format_as_small_percent(strip.yaxis)
    return figure


def _riskiest(hours: Periods) -> str:
    if not hours.frauds.any():
        return "No fraud at any hour"
    worst = int(hours.share.argmax())
    return (
        f"Riskiest at {worst:02d}:00: {hours.frauds[worst]:,} of {hours.rows[worst]:,} are fraud "
        f"({hours.share[worst]:.2%}); of the whole day {hours.overall:.2%}"
    )


def drift_over_time_plot(times: Floats, labels: Labels, *, since: date | None = None) -> Figure:
    """Draw the share of fraud of each hour, day or week, and beneath the number of rows.

    `times` are seconds, which count from the midnight of `since` where a calendar is known.
    """
    unit, periods = by_time(times, labels)
    figure, axes = framed_canvas(
        f"Fraud, {unit} by {unit}", _drift_finding(unit, periods), Frame(height=3.0, bottom=1.8)
    )
    low, high = periods.interval
    middles = np.arange(len(periods.rows)) + 0.5
    usual = ~periods.unusual & (periods.rows > 0)
    for chosen, colour, shape in ((usual, BLUE, "o"), (periods.unusual, VERMILION, "D")):
        axes.vlines(middles[chosen], low[chosen], high[chosen], color=colour, lw=2, alpha=0.45)
        axes.plot(
            middles[chosen], periods.share[chosen], shape, color=colour, ms=5.5, clip_on=False
        )
    axes.axhline(periods.overall, color=GREY, lw=1.2, ls=DASHES)
    scale = fit_shares(axes.yaxis, high[periods.rows > 0])
    axes.set(xlim=(0, len(middles)), ylabel=f"Share that is fraud{scale}")
    strip = add_strip(figure, axes)
    edges = np.arange(len(middles) + 1)
    strip.stairs(periods.rows, edges, color=BLUE, fill=True, alpha=0.75)
    strip.set(ylim=(0, None), ylabel="Rows")
    _label_periods(strip, unit, float(times.min()), since)
    strip.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    strip.yaxis.set_major_formatter(FuncFormatter(lambda rows, _: f"{rows:,.0f}"))
    return figure


def _label_periods(axes: Axes, unit: str, first: float, since: date | None) -> None:
    """Label the periods by their dates; without a calendar, by their number."""
    if since is None:
        axes.set(xlabel=f"{unit.capitalize()}s since the first row's (no calendar is known)")
        return
    width, many = dict(UNITS)[unit], round(axes.get_xlim()[1])
    start = first // width * width
    # The name of a later one would reach beyond the right edge.
    places = range(0, max(int(LAST_NAMED * many), 1), -(-many // MOST_NAMED))
    moments = [moment(start + place * width, since) for place in places]
    axes.set_xticks(places, [at if unit == "hour" else at[:10] for at in moments])
    axes.set(xlabel=f"Begin of the {unit}, UTC")


def _drift_finding(unit: str, periods: Periods) -> str:
    unusual, some = int(periods.unusual.sum()), int((periods.rows > 0).sum())
    return (
        f"{periods.overall:.3%} in all (dashed), outside the interval of {unusual} of "
        f"{counted(some, unit)} (diamonds); {short_number(some / 20)} by chance alone"
    )
