"""Plans and outcomes of promotions on a terminal, as people read them."""

from typing import Any

import pytest

from ceap.tables.promotions import outcome_report, recovered_table, waiting_table
from fakes.processes.terminal import printed
from fakes.promotions.evidence import EVIDENCE
from fakes.promotions.kept_models import with_model
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, SECOND, planned, promote
from foundation import locations
from promotion.outcomes import Promotion
from promotion.production import ProductionSession
from promotion.protocol.recovery import Recovered
from promotion.records import GateResult, Plan
from promotion.roll_back import roll_back

HELD = GateResult(gate="leakage", verdict="hold", reason="nobody looked [yet]")


@pytest.fixture
def production() -> ProductionSession:
    return fake_production()


def plan_of(production: ProductionSession, **changed: Any) -> Plan:
    told = {"evidence": EVIDENCE, **changed}
    return planned(production, FIRST).model_copy(update=told).sealed()


def as_it_is(plan: Plan, status: Any, **more: Any) -> str:
    return printed(outcome_report(Promotion(plan, status, **more)))


def test_a_plan_shows_its_gates_its_writes_and_that_nothing_was_written(
    production: ProductionSession,
) -> None:
    told = as_it_is(plan_of(production, gates=[HELD]), "planned")

    assert "nobody looked [yet]" in told
    assert "HOLD" in told
    assert "To be written" in told
    assert locations.PRODUCTION_CONFIG in told
    assert "Nothing was written; this was a dry run." in told


def test_how_the_candidate_was_found_is_told(production: ProductionSession) -> None:
    told = as_it_is(plan_of(production), "planned")
    assert f"The candidate is {EVIDENCE['picked']}." in told


def test_a_promotion_shows_what_was_written_and_what_trains_it(
    production: ProductionSession,
) -> None:
    plan = plan_of(production)
    told = as_it_is(plan, "promoted", training="execution promotion-1")

    assert "To be written" not in told
    assert "Written" in told
    assert f"{plan.promotion_id} is in production: xgboost of run run-first" in told
    assert "Training was started: execution promotion-1." in told


def test_a_plan_that_waits_says_who_asks_why_and_how_to_agree(
    production: ProductionSession,
) -> None:
    told = as_it_is(plan_of(production, forced=True), "waiting")

    assert "dry run" not in told
    assert "The plan waits for a second person" in told
    assert "ada@workstation asks for it, past the gates: better" in told
    assert "ceap promotion approve" in told


def test_what_is_in_production_already_is_told_without_tables(
    production: ProductionSession,
) -> None:
    told = as_it_is(plan_of(production, gates=[HELD]), "unchanged")

    assert "UNCHANGED" in told
    assert "nothing was written" in told
    assert "nobody looked" not in told
    assert "The candidate is" not in told


@pytest.mark.parametrize("status", ["planned", "waiting", "promoted"])
def test_without_its_models_a_plan_still_shows_both_of_them(
    production: ProductionSession, status: str
) -> None:
    told = as_it_is(plan_of(production), status)

    for figure in (
        "0.8123 (0.7123–0.9123)", "0.7001 (0.6001–0.8001)", "+0.1122 (+0.0122 to +0.2122)",
        "61.50 (61.40–61.60)", "-23.75 (-23.85 to -23.65)", "2026-11-20", "in all",
    ):  # fmt: skip
        assert figure in told
    assert "Per 1,000 transactions it costs -23.75" in told
    assert "Of 2,000 transactions of the last 2 days, 7 would be flagged newly" in told
    assert "The champion is the model behind the endpoint." in told
    assert told.count(EVIDENCE["notes"][0]) == 1


def test_a_rollback_compares_nothing_and_is_shown_all_the_same(
    production: ProductionSession,
) -> None:
    promote(production, with_model(production))
    promote(production, SECOND)
    told = printed(outcome_report(roll_back(reason="alerts doubled", production=production)))

    assert "is in production: logistic_regression" in told
    assert "same test rows" not in told
    assert "ROLL BACK" in told
    assert "PROMOTE" not in told


def test_plans_that_wait_are_listed_with_who_asks_and_why(production: ProductionSession) -> None:
    plan = plan_of(production, needs_second_person=True, reason="better [by far]")
    told = printed(waiting_table([plan]))

    for word in (plan.promotion_id, "PROMOTE", "ada@workstation", "never", "better [by far]"):
        assert word in told


def test_what_became_of_what_was_left_open_is_told() -> None:
    found = Recovered(promotion_id="promotion-1", outcome="abandoned", why="[it] stopped")
    told = printed(recovered_table([found]))
    for word in ("promotion-1", "abandoned", "[it] stopped"):
        assert word in told


def test_a_forced_promotion_names_who_agreed_beside_the_verdict(
    production: ProductionSession,
) -> None:
    failed = GateResult(gate="lineage", verdict="fail", reason="no commit")
    plan = plan_of(production, gates=[failed], forced=True, approved_by="otto [it]")
    told = as_it_is(plan, "promoted")
    assert "REJECT, and forced all the same: approved by otto [it]" in told
    assert "forced all the same" not in as_it_is(plan_of(production), "promoted")
