"""Every model that was scored on the same test rows counts, once."""

from pathlib import Path

import pytest

from catalog.recorded_runs import TEST_EVALUATION
from fakes.ports.mlflow_store import mlflow_settings
from fakes.ports.tracking import FakeTracking
from fakes.promotions.candidates import run_in
from fakes.promotions.recorded_candidates import DATA, scored_on_test, study
from foundation.tracking.writer import MlflowTracking
from fraud.metrics.estimates import Estimate
from promotion.candidates.test_set_uses import count_test_set_evaluations, record_test_evaluation

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:mlflow|sqlalchemy")


def test_every_model_that_was_scored_on_the_same_test_rows_counts() -> None:
    tracking = FakeTracking()
    ids = [tracking.log(scored_on_test(n, n / 10), {}) for n in (1, 2, 3)]
    other = scored_on_test(4, 0.9, data_digest="e" * 64)
    tracking.log(other, {})
    tracking.log(run_in("any", 5, tags={"data_digest": DATA}, metrics={"roc_auc": 0.9}), {})
    assert count_test_set_evaluations(DATA, tracking.run(ids[0]), tracking) == 3


def test_a_model_that_was_not_scored_there_yet_is_the_next() -> None:
    tracking = FakeTracking()
    tracking.log(scored_on_test(1, 0.7), {})
    contender = tracking.log(study(2), {})
    assert count_test_set_evaluations(DATA, tracking.run(contender), tracking) == 2


def test_a_model_that_was_made_again_is_no_other() -> None:
    tracking = FakeTracking()
    first = tracking.log(scored_on_test(1, 0.7), {})
    tracking.log(scored_on_test(2, 0.7), {})
    tracking.log(scored_on_test(3, 0.71, promotion_id="promotion-1"), {})
    for minute in (4, 5):  # the same configuration, to another last digit
        tracking.log(scored_on_test(minute, 0.6 + minute / 1e9, config_digest="c"), {})
    assert count_test_set_evaluations(DATA, tracking.run(first), tracking) == 2


def test_evaluations_are_counted_in_mlflow_too(tmp_path: Path) -> None:
    tracking = MlflowTracking(mlflow_settings(tmp_path))
    earlier = {
        "data_digest": DATA,
        f"{TEST_EVALUATION}0.1": "trial 7",
        f"{TEST_EVALUATION}1e-05": "trial 9",
    }
    run_id = tracking.log(scored_on_test(1, 0.75, **earlier), {})
    tracking.log(scored_on_test(2, 0.0), {})
    tracking.log(scored_on_test(3, 0.8, data_digest="e" * 64), {})
    assert count_test_set_evaluations(DATA, tracking.run(run_id), tracking) == 4


def test_an_evaluation_is_recorded_once() -> None:
    metrics = {"average_precision": Estimate(0.7, 0.6, 0.8)}
    tracking = FakeTracking()
    contender = tracking.log(study(1), {})
    assert count_test_set_evaluations(DATA, tracking.run(contender), tracking) == 1
    record_test_evaluation(tracking.run(contender), metrics, tracking)
    recorded = dict(tracking.run(contender).metrics)
    assert recorded["test_average_precision"] == 0.7
    second = tracking.log(study(2), {})
    assert count_test_set_evaluations(DATA, tracking.run(second), tracking) == 2
    record_test_evaluation(tracking.run(contender), {}, tracking)
    assert tracking.run(contender).metrics == recorded
