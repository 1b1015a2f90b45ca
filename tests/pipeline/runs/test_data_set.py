"""The data set of an execution: said once, for every stage; two in one execution are refused."""

from datetime import UTC, datetime

import pytest

from foundation.errors import InvalidParams
from foundation.executions import ExecutionPlan
from pipeline.order import PIPELINES
from pipeline.runs.data_set import require_one_data_set, with_data_set


def plan_on(**data: str) -> ExecutionPlan:
    return ExecutionPlan(
        execution_id="mixed",
        pipeline="experiments",
        parameters={stage: {"data": name} for stage, name in data.items()},
        created_at=datetime.now(UTC),
        git_commit=None,
    )


@pytest.mark.parametrize(
    ("pipeline", "reached"),
    [
        ("training", {"prepare"}),
        ("experiments", {"explore", "features", "compare", "tune", "promote"}),
        ("retune", {"tune", "promote"}),
    ],
)
def test_it_reaches_every_stage_that_works_on_one(pipeline: str, reached: set[str]) -> None:
    given = with_data_set(PIPELINES[pipeline], {}, "payments")
    assert given == {stage: {"data": "payments"} for stage in reached}


def test_it_leaves_other_overrides_as_they_are() -> None:
    others = {"train": {"seed": 7}, "prepare": {"method": "time"}}
    assert with_data_set(PIPELINES["training"], others, None) == others
    assert with_data_set(PIPELINES["training"], others, "payments") == {
        "train": {"seed": 7}, "prepare": {"method": "time", "data": "payments"}
    }  # fmt: skip


def test_saying_the_same_twice_is_no_contradiction_and_another_is_refused() -> None:
    same = {"prepare": {"data": "payments"}}
    assert with_data_set(PIPELINES["training"], same, "payments") == same
    with pytest.raises(InvalidParams, match="'payments' by --set, and 'creditcard' by --data"):
        with_data_set(PIPELINES["training"], same, "creditcard")


def test_an_unknown_data_set_is_refused_with_the_nearest() -> None:
    with pytest.raises(InvalidParams, match="did you mean payments"):
        with_data_set(PIPELINES["experiments"], {}, "paymets")


def test_a_pipeline_that_scores_a_day_takes_none() -> None:
    with pytest.raises(InvalidParams, match="inference works on the transactions of a day"):
        with_data_set(PIPELINES["inference"], {}, "payments")


def test_stages_that_are_requested_together_work_on_one_data_set() -> None:
    mixed = plan_on(explore="mine", compare="creditcard", tune="creditcard", promote="")
    require_one_data_set(mixed, ["explore"])
    require_one_data_set(mixed, ["compare", "tune", "promote"])
    with pytest.raises(InvalidParams, match="explore on mine, compare on creditcard") as refusal:
        require_one_data_set(mixed, ["explore", "compare", "promote"])
    assert "--data NAME" in str(refusal.value)
