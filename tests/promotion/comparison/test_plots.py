"""Side-by-side plots: each figure shows the models that there are, and churn where days are."""

from datetime import date

import numpy as np
import pytest

from fakes.data.labelled_rows import fake_rows
from fraud.metrics.costs import Costs
from fraud.metrics.evaluation import TestSet
from plots.layout.canvas import png
from promotion.comparison.churn import Churn, DayChurn, Tally
from promotion.comparison.plots import side_by_side_plots
from promotion.comparison.score_both import EvaluatedModel, HeadToHead, PolicyTerms

ROWS = fake_rows(7, count=400)
TEST_SET = TestSet(ROWS, PolicyTerms(alerts_per_day=10, costs=Costs(), resamples=20, seed=1))
NO_CHURN = Churn(former="nothing", days=[], problems=[])
ALWAYS = {"precision_recall", "calibration", "cost"}


def evaluated(seed: int) -> EvaluatedModel:
    """A model that is only its scores, which are all that a plot needs."""
    noise = np.random.default_rng(seed).random(len(ROWS.labels))
    scores = np.clip(0.4 * ROWS.labels + 0.5 * noise, 0, 1)
    return EvaluatedModel(None, scores, TEST_SET.evaluate(scores, 0.5))  # type: ignore[arg-type]


def test_a_candidate_alone_is_drawn_without_differences_or_churn() -> None:
    found = side_by_side_plots(HeadToHead(TEST_SET, evaluated(1), None, None), NO_CHURN)

    assert found.keys() == ALWAYS
    assert all(png(figure).startswith(b"\x89PNG") for figure in found.values())


def test_a_champion_is_drawn_beside_the_candidate() -> None:
    alone = side_by_side_plots(HeadToHead(TEST_SET, evaluated(1), None, None), NO_CHURN)
    both = side_by_side_plots(HeadToHead(TEST_SET, evaluated(1), evaluated(2), None), NO_CHURN)

    for name in ALWAYS:
        assert len(both[name].axes[0].lines) > len(alone[name].axes[0].lines)


@pytest.mark.parametrize("count", [1, 3])
def test_churn_is_drawn_where_days_were_compared(count: int) -> None:
    tally = Tally(count=2, amount=10.0)
    days = [
        DayChurn(
            day=date(2026, 11, day), received=9, set_aside=0,
            before=tally, after=tally, newly_flagged=tally, released=tally,
        )
        for day in range(1, count + 1)
    ]  # fmt: skip

    found = side_by_side_plots(
        HeadToHead(TEST_SET, evaluated(1), None, None), NO_CHURN.model_copy(update={"days": days})
    )

    assert found.keys() == ALWAYS | {"churn"}
