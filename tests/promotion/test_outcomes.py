"""Outcomes: one sentence and plain tables say what became of a plan."""

from datetime import UTC, datetime

import pytest

from fakes.promotions.promotions import FIRST, planned
from promotion.outcomes import LONGEST, Promotion
from promotion.production import ProductionSession
from promotion.records import GateResult, Plan

HOLD = GateResult(gate="leakage", verdict="hold", reason="Nobody looked for leakage yet.")


@pytest.fixture
def plan(production: ProductionSession) -> Plan:
    return planned(production, FIRST)


def test_a_dry_run_says_whether_the_gates_pass_and_that_nothing_was_written(plan: Plan) -> None:
    said = Promotion(plan, "planned").sentence()
    assert said.startswith(f"PROMOTE: all 1 gates pass, {len(plan.writes)} writes are planned.")
    assert said.endswith("Nothing was written; this was a dry run.")

    held = plan.model_copy(update={"gates": [*plan.gates, HOLD]})
    assert Promotion(held, "planned").sentence().startswith(f"HOLD: {HOLD.reason} Nothing was")
    assert Promotion(held, "planned").verdict == "HOLD"


def test_a_plan_that_waits_names_its_end_and_the_command_of_the_approver(plan: Plan) -> None:
    until = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    waiting = plan.model_copy(update={"expires_at": until})

    said = Promotion(waiting, "waiting").sentence()

    assert "until 2026-11-24 09:30 UTC; production is unchanged" in said
    assert f"ceap promotion approve {plan.promotion_id}" in said


def test_a_promotion_says_what_is_in_production_and_what_trains_it(plan: Plan) -> None:
    assert Promotion(plan, "promoted").sentence() == (
        f"{plan.promotion_id} is in production: xgboost of run run-first."
    )
    trained = Promotion(plan, "promoted", training="arn:aws:states:1").sentence()
    assert trained.endswith("Training was started: arn:aws:states:1.")
    assert "nothing was written" in Promotion(plan, "unchanged").sentence()


def test_the_tables_show_every_gate_and_every_write_in_order(plan: Plan) -> None:
    long = plan.writes[0].model_copy(update={"new": "x" * 300})
    found = Promotion(plan.model_copy(update={"writes": [long, *plan.writes[1:]]}), "planned")

    assert found.gate_table()["gate"].to_list() == [gate.gate for gate in plan.gates]
    assert found.write_table()["place"].to_list() == [write.place for write in plan.writes]
    assert len(found.write_table()["new"][0]) == LONGEST
    assert found.write_table()["old"].to_list() == [""] * len(plan.writes)


def test_what_was_in_production_already_has_no_writes(plan: Plan) -> None:
    table = Promotion(plan, "unchanged").write_table()
    assert (table.height, table.columns) == (0, ["place", "action", "old", "new"])


def test_a_rollback_compares_no_models(plan: Plan) -> None:
    found = Promotion(plan, "planned")
    assert found.plots == {}
    with pytest.raises(ValueError, match="no two models"):
        found.metric_table()
