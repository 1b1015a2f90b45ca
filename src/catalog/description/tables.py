"""Tables: what is known of a described file, for people."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from catalog.description.describing import DescribedFile
from catalog.description.draft import Draft
from catalog.description.survey import MOST_ROWS, SAMPLED_ROWS
from fraud.data.arrays import Floats

DAY = 86_400.0


def column_table(draft: Draft) -> pl.DataFrame:
    """Return one row a column of the file: role, reason, missing share, distinct, examples."""
    columns = draft.survey.by_name
    return pl.DataFrame(
        {
            "column": [role.name for role in draft.roles],
            "role": [role.role for role in draft.roles],
            "missing": [columns[one.name].missing / columns[one.name].rows for one in draft.roles],
            "distinct": [columns[one.name].distinct for one in draft.roles],
            "examples": [" · ".join(role.examples) for role in draft.roles],
            "why": [role.reason for role in draft.roles],
        }
    )


def facts_table(described: DescribedFile) -> pl.DataFrame:
    """Return fact and value: rows, columns, duplicates, class balance, span of time, amounts."""
    survey, facts = described.draft.survey, described.facts
    first = "" if survey.rows <= SAMPLED_ROWS else f" of the first {SAMPLED_ROWS:,}"
    counted = " (the first ones)" if survey.rows >= MOST_ROWS else ""
    rows = [
        ("rows", f"{survey.rows:,}{counted}"),
        ("columns", f"{len(survey.columns):,}"),
        ("equal rows", f"{survey.sampled_duplicates:,}{first}"),
    ]
    if facts is not None:
        share = facts.frauds / max(len(facts.labels), 1)
        rows.append(("frauds", f"{facts.frauds:,} of {len(facts.labels):,} ({share:.2%})"))
        unread = int(np.isnan(facts.labels).sum())
        rows += [("labels that cannot be read", f"{unread:,}")] if unread else []
        if facts.times is not None and np.isfinite(facts.times).any():
            rows += _span(facts.times[np.isfinite(facts.times)], has_calendar=facts.has_calendar)
        if facts.amounts is not None and np.isfinite(facts.amounts).any():
            known = facts.amounts[np.isfinite(facts.amounts)]
            low, middle, high = np.quantile(known, [0, 0.5, 1])
            rows.append(("amounts", f"{low:,.2f} to {high:,.2f}, median {middle:,.2f}"))
    return pl.DataFrame(rows, schema=["fact", "value"], orient="row")


def _span(times: Floats, *, has_calendar: bool) -> list[tuple[str, str]]:
    first, last = float(times.min()), float(times.max())
    days = (last - first) / DAY
    per_day = len(times) / max(days, 1 / 24)
    span = f"{days:,.1f} days, {per_day:,.0f} rows a day"
    if not has_calendar:
        return [("time", f"{span}; no calendar day is known")]
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    start, end = (epoch + timedelta(seconds=one) for one in (first, last))
    return [("time", f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC: {span}")]
