"""Risk bands: every score has exactly one, and a bound belongs to the band above it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fraud.scoring.risk_bands import RiskBands

scores = st.lists(st.floats(0, 1), max_size=50)


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0.0, "low"),
        (0.4999, "low"),
        (0.5, "medium"),
        (0.7999, "medium"),
        (0.8, "high"),
        (1, "high"),
    ],
)
def test_a_score_at_a_bound_belongs_to_the_band_above_it(score, band):
    assert RiskBands().of_one(score) == band


@given(scores)
def test_every_score_is_counted_once(values):
    counts = RiskBands().counts(np.array(values))
    assert sum(band.count for band in counts.values()) == len(values)
    assert sum(band.share for band in counts.values()) == pytest.approx(1 if values else 0)


@given(scores)
def test_a_higher_score_never_has_a_lower_band(values):
    order = {"low": 0, "medium": 1, "high": 2}
    places = [order[band] for band in RiskBands().of(np.array(sorted(values)))]
    assert places == sorted(places)


def test_bands_in_the_wrong_order_are_refused():
    with pytest.raises(ValidationError, match=r"medium begins at 0\.9, above high at 0\.8"):
        RiskBands(medium_from=0.9)
