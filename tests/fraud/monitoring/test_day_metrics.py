"""Day metrics: every score is in one bin, days pool to their sum, and all of it reads back."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fraud.monitoring.day_metrics import EDGES, DayMetrics, pooled_histogram, score_histogram

scores = st.lists(st.floats(0, 1), max_size=50)


def day_of(values: list[float], **changes: object) -> DayMetrics:
    content = {
        "day": date(2026, 11, 21),
        "received": len(values) + 1,
        "rejected": 1,
        "transactions": len(values),
        "average_score": float(np.mean(values)) if values else 0.0,
        "bands": {"high": 3, "medium": 2, "low": 5},
        "alerts": 4,
        "alert_threshold": 0.7,
        "amount": 100.0,
        "alerted_amount": 40.0,
        "histogram": score_histogram(np.array(values)),
        "model_digest": "a" * 64,
        "execution_id": "2026-11-21-a",
    }
    return DayMetrics.model_validate({**content, **changes})


TEN = day_of([0.01 * number for number in range(10)])


@given(scores)
def test_every_score_is_counted_in_the_bin_that_it_lies_in(values):
    counts = score_histogram(np.array(values))
    assert sum(counts) == len(values)
    for place, (low, high) in enumerate(pairwise(EDGES)):
        is_last = place == len(counts) - 1
        assert counts[place] == sum(low <= v < high or (is_last and v == high) for v in values)


def test_bins_cover_all_scores_without_a_gap():
    assert (EDGES[0], EDGES[-1]) == (0.0, 1.0)
    assert list(EDGES) == sorted(set(EDGES))


@given(st.lists(scores.filter(bool), min_size=1, max_size=5))
def test_days_pool_to_the_histogram_of_all_their_scores(days):
    pooled = pooled_histogram([day_of(values) for values in days])
    assert pooled.tolist() == score_histogram(np.concatenate(days))


def test_shares_are_of_the_scored_transactions():
    assert (TEN.high_risk_share, TEN.alert_rate) == (0.3, 0.4)


def test_a_day_without_transactions_has_shares_of_0():
    none = day_of([], bands={"high": 0, "medium": 0, "low": 0}, alerts=0)
    assert (none.high_risk_share, none.alert_rate) == (0.0, 0.0)
    assert DayMetrics.model_validate_json(none.model_dump_json()) == none


def test_what_is_remembered_of_a_day_reads_back():
    assert DayMetrics.model_validate_json(TEN.model_dump_json()) == TEN


@pytest.mark.parametrize(
    "changes",
    [
        {"transactions": -1},
        {"alerts": -1},
        {"histogram": [1, 2]},
        {"format": 2},
        {"surprise": 1},
    ],
)
def test_figures_that_no_day_has_are_refused(changes):
    with pytest.raises(ValidationError, match=next(iter(changes))):
        day_of([0.5], **changes)
