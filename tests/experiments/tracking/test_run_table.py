"""A table of runs: facts first, then metrics in order, then parameters."""

from datetime import timedelta

import pytest

from experiments.tracking.run_table import (
    boolean_tag,
    bound_of,
    in_order,
    ranked_metrics,
    run_table,
)
from fakes.ports.tracking import FakeTracking
from fakes.studies.recorded_runs import record_runs
from foundation.tracking.runs import FoundRun


@pytest.fixture(scope="module")
def found() -> list[FoundRun]:
    tracking = FakeTracking()
    record_runs(tracking)
    return tracking.find(None)


def test_metrics_come_before_params_and_bounds_after_their_metric(found: list[FoundRun]) -> None:
    table = run_table([run for run in found if run.tags.get("algorithm") == "xgboost"])
    metrics = table.columns[table.columns.index("parent_run_id") + 1 :]
    assert metrics == [
        "recall", "average_precision", "average_precision_low", "average_precision_high", "bytes",
        "lift",
    ]  # fmt: skip


def test_a_name_that_is_taken_says_whether_it_is_a_metric_or_a_parameter(
    found: list[FoundRun],
) -> None:
    table = run_table([run for run in found if run.tags.get("kind") == "trial"])
    assert table.columns[-2:] == ["max_depth", "param_seconds"]
    assert table["metric_seconds"].to_list() == [2.5] * 3
    assert table["seconds"].to_list() == [90.0] * 3


def test_a_run_that_has_not_ended_has_no_duration(found: list[FoundRun]) -> None:
    running = found[0].model_copy(update={"finished_at": None})
    late = found[1].model_copy(update={"finished_at": found[1].started_at + timedelta(hours=1)})
    assert run_table([running, late])["seconds"].to_list() == [None, 3600.0]


def test_metrics_that_models_are_ranked_by_come_first() -> None:
    names = ["zeta", "brier", "alpha_low", "alpha", "average_precision_high", "average_precision"]
    ordered = in_order(names)
    assert ordered[-3:] == ["alpha", "alpha_low", "zeta"]
    assert ordered.index("average_precision_high") == ordered.index("average_precision") + 1
    assert ranked_metrics(ordered) == ordered[:3]
    assert [bound_of(name) for name in names] == [
        "zeta", "brier", "alpha", "alpha", "average_precision", "average_precision",
    ]  # fmt: skip


def test_a_tag_that_was_not_set_is_neither_true_nor_false() -> None:
    assert [boolean_tag("true"), boolean_tag("false"), boolean_tag(None)] == [True, False, None]
