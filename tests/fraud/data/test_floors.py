"""A floor of zero is none, and every floor is of a metric that is measured."""

from fraud.data.floors import Floors
from fraud.metrics.estimates import METRICS


def test_a_minimum_of_zero_is_none() -> None:
    assert Floors().by_metric == {}
    assert Floors(minimum_recall=0.6).by_metric == {"recall": 0.6}


def test_every_floor_is_of_a_metric_that_is_measured() -> None:
    assert {name.removeprefix("minimum_") for name in Floors.model_fields} <= set(METRICS)
