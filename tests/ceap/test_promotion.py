"""Promotion on a terminal: plans, outcomes, the history and what differs, as people read them."""

from collections.abc import Sequence
from typing import Any

import pytest
import typer
from rich.console import Console, RenderableType

from ceap.promotion import print_differences
from ceap.tables.history import history_report
from ceap.tables.promotions import outcome_report, recovered_table, waiting_table
from fakes.evidence import EVIDENCE, estimate
from fakes.kept_models import with_model
from fakes.production import fake_production
from fakes.promotions import FIRST, SECOND, planned, promote
from foundation import locations
from fraud.metrics.evaluation import COST
from promotion.audit.history import history
from promotion.outcomes import Promotion
from promotion.production import ProductionSession
from promotion.protocol.execute_plan import execute_plan
from promotion.protocol.proposal import propose
from promotion.protocol.recovery import Recovered
from promotion.records import GateResult, Plan
from promotion.roll_back import roll_back
from promotion.verify.verification import repair, verify

HELD = GateResult(gate="leakage", verdict="hold", reason="nobody looked [yet]")


@pytest.fixture
def production() -> ProductionSession:
    return fake_production()


def shown(what: RenderableType) -> str:
    console = Console(width=220)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def plan_of(production: ProductionSession, **changed: Any) -> Plan:
    told = {"evidence": EVIDENCE, **changed}
    return planned(production, FIRST).model_copy(update=told).sealed()


def as_it_is(plan: Plan, status: Any, **more: Any) -> str:
    return shown(outcome_report(Promotion(plan, status, **more)))


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


def test_a_note_about_the_champion_is_told_once(production: ProductionSession) -> None:
    said = "The champion is the model behind the endpoint."
    plan = plan_of(production, evidence={**EVIDENCE, "notes": [said]})
    assert as_it_is(plan, "waiting").count(said) == 1


def test_without_a_champion_the_candidate_stands_alone(production: ProductionSession) -> None:
    alone = {"champion": {}, "differences": {}, "cost_difference_per_1000": None,
             "champion_origin": None}  # fmt: skip
    told = as_it_is(plan_of(production, evidence={**EVIDENCE, **alone}), "waiting")

    assert "0.8123 (0.7123–0.9123)" in told
    assert "against the champion" not in told


def test_a_cost_is_written_as_money(production: ProductionSession) -> None:
    dear = {**EVIDENCE, "cost_difference_per_1000": estimate(12_345.678)}
    assert COST in dear["candidate"]
    assert "+12,345.68" in as_it_is(plan_of(production, evidence=dear), "waiting")


def test_a_rollback_compares_nothing_and_is_shown_all_the_same(
    production: ProductionSession,
) -> None:
    promote(production, with_model(production))
    promote(production, SECOND)
    told = shown(outcome_report(roll_back(reason="alerts doubled", production=production)))

    assert "is in production: logistic_regression" in told
    assert "same test rows" not in told


def test_plans_that_wait_are_listed_with_who_asks_and_why(production: ProductionSession) -> None:
    plan = plan_of(production, needs_second_person=True, reason="better [by far]")
    told = shown(waiting_table([plan]))

    for word in (plan.promotion_id, "PROMOTE", "ada@workstation", "never", "better [by far]"):
        assert word in told


def test_before_anything_was_promoted_the_history_says_how_to_begin(
    production: ProductionSession,
) -> None:
    assert "Nothing was ever promoted here" in shown(history_report(history(production)))


def test_the_history_tells_who_forced_what_and_who_went_back(production: ProductionSession) -> None:
    promote(production, with_model(production), reason="to begin [with]")
    forced = planned(production, SECOND).model_copy(update={
        "gates": [HELD], "forced": True, "approved_by": "grace", "reason": "it has to be",
    }).sealed()  # fmt: skip
    propose(forced, production)
    execute_plan(forced, production)
    roll_back(reason="alerts doubled", production=production)

    first, second, third = (shown(history_report([row])) for row in history(production))
    assert "to begin [with]" in first
    assert "FORCED" not in first + third
    for word in ("promoted", "HOLD", "FORCED past the gates", "it has to be", "grace agreed"):
        assert word in second
    for word in ("rolled back", "alerts doubled", "run run-good of tuning"):
        assert word in third


def exit_code(found: Sequence[Any], **how: bool) -> int:
    with pytest.raises(typer.Exit) as ended:
        print_differences(found, **how)
    return ended.value.exit_code


def test_what_differs_is_named_and_ends_the_command_with_3(
    production: ProductionSession, capsys: pytest.CaptureFixture[str]
) -> None:
    promote(production, FIRST)
    print_differences(verify(production))
    assert "agree." in capsys.readouterr().out

    name = locations.hyperparameter_name("max_depth")
    production.parameters.write(name, "777")
    assert exit_code(verify(production)) == 3
    said = capsys.readouterr()
    assert "max_depth" in said.out
    assert "ceap promotion verify --repair" in said.err

    print_differences(repair(production), repaired=True)
    assert "agree." in capsys.readouterr().out


def test_after_a_repair_nobody_is_sent_to_repair(
    production: ProductionSession, capsys: pytest.CaptureFixture[str]
) -> None:
    promote(production, FIRST)
    production.parameters.write(locations.hyperparameter_name("max_depth"), "777")

    assert exit_code(verify(production), repaired=True) == 3
    assert "--repair" not in capsys.readouterr().err


def test_what_became_of_what_was_left_open_is_told() -> None:
    found = Recovered(promotion_id="promotion-1", outcome="abandoned", why="[it] stopped")
    told = shown(recovered_table([found]))
    for word in ("promotion-1", "abandoned", "[it] stopped"):
        assert word in told
