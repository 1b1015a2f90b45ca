"""Estimates: metrics with their intervals, as people, tables and the tracking server read them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fraud.metrics.estimates import Estimate

if TYPE_CHECKING:
    import polars as pl


def interval(estimate: Estimate, digits: int = 3) -> str:
    """Write an estimate as "0.811 (0.721–0.886)"."""
    return f"{estimate.value:.{digits}f} ({estimate.low:.{digits}f}–{estimate.high:.{digits}f})"


def flat(metrics: Mapping[str, Estimate], prefix: str) -> dict[str, float]:
    """Name each value `{prefix}{metric}`, and its interval the same with `_low` and `_high`."""
    named = {}
    for name, estimate in metrics.items():
        named[f"{prefix}{name}"] = estimate.value
        named[f"{prefix}{name}_low"] = estimate.low
        named[f"{prefix}{name}_high"] = estimate.high
    return named


def estimate_table(metrics: Mapping[str, Estimate], bars: Mapping[str, float]) -> "pl.DataFrame":
    """One row a metric: its value, its 95 % interval, and the bar that was set for it."""
    import polars as pl

    rows = [(name, e.value, e.low, e.high, bars.get(name)) for name, e in metrics.items()]
    schema = {"metric": pl.String} | dict.fromkeys(("value", "low", "high", "bar"), pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")
