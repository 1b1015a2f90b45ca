"""Formatting of estimates: as text, as flat names for the tracking server, and as a table."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fraud.metrics.estimates import Estimate
from fraud.metrics.names import metric_name

if TYPE_CHECKING:
    import polars as pl


def interval(estimate: Estimate, digits: int = 3) -> str:
    """Return an estimate as text: "0.811 (0.721–0.886)"."""
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f}–{estimate.high:.{digits}f})"


def flat(metrics: Mapping[str, Estimate], prefix: str) -> dict[str, float]:
    """Return each value as `{prefix}{metric}`, its interval as the same with `_low` and `_high`."""
    named = {}
    for name, estimate in metrics.items():
        named[f"{prefix}{name}"] = estimate.value
        named[f"{prefix}{name}_low"] = estimate.low
        named[f"{prefix}{name}_high"] = estimate.high
    return named


def estimate_table(metrics: Mapping[str, Estimate], bars: Mapping[str, float]) -> "pl.DataFrame":
    """Return one row a metric: its value, its 95 % interval, and the bar that was set for it."""
    import polars as pl

    rows = [
        (metric_name(name), each.value, each.low, each.high, bars.get(name))
        for name, each in metrics.items()
    ]
    schema = {"metric": pl.String} | dict.fromkeys(("value", "low", "high", "bar"), pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")
