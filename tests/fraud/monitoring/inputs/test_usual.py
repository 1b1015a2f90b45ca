"""Usual inputs: the baselines that there are, and what of them is shown."""

import numpy as np

from fraud.monitoring.inputs.summary import ColumnSummary
from fraud.monitoring.inputs.usual import Usual


def number(middle: float) -> ColumnSummary:
    return ColumnSummary(kind="number", rows=10, quantiles=[middle - 1, middle, middle + 1])


def test_only_baselines_that_there_are_are_named():
    assert Usual().baselines == {}
    assert Usual(training=number(1)).baselines == {"training": [number(1)]}
    days = [number(2), number(3)]
    assert Usual(number(1), days).baselines.keys() == {"training", "last days"}


def test_usual_quantiles_are_those_of_training_or_the_medians_of_the_days():
    days = [number(middle) for middle in (2, 3, 100)]
    assert Usual(number(1), days).quantiles.tolist() == [0, 1, 2]
    assert Usual(None, days).quantiles.tolist() == [2, 3, 4]
    np.testing.assert_array_equal(Usual().quantiles, [])


def test_usual_texts_are_those_that_occur():
    day = ColumnSummary(kind="category", rows=3, texts={"web": 2, "app": 1, "fax": 0})
    assert Usual(days=[day]).texts == ["web", "app"]
    assert Usual().texts == []
