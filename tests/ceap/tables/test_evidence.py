"""The evidence of a plan on a terminal: both models in figures, without the models."""

import re
from typing import Any

from ceap.tables.evidence import evidence_sentences, evidence_tables
from fakes.processes.terminal import printed
from fakes.promotions.evidence import EVIDENCE, day_of, estimate
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST, planned
from fraud.metrics.evaluation import COST
from promotion.records import Plan


def plan_with(evidence: dict[str, Any]) -> Plan:
    plan = planned(fake_production(), FIRST)
    return plan.model_copy(update={"evidence": evidence}).sealed()


def shown(**changed: Any) -> str:
    """Everything that is printed of the evidence: tables, then sentences."""
    plan = plan_with({**EVIDENCE, **changed})
    return printed(*evidence_tables(plan), *evidence_sentences(plan))


def test_the_metrics_of_both_models_are_shown_with_their_difference() -> None:
    [row] = [line for line in shown().splitlines() if "average precision" in line]
    assert re.split(" {2,}", row.strip()) == [
        "average precision", "0.8123 (0.7123–0.9123)", "0.7001 (0.6001–0.8001)",
        "+0.1122 (+0.0122 to +0.2122)",
    ]  # fmt: skip


def test_a_note_about_the_champion_is_told_once() -> None:
    note = "The champion is the model behind the endpoint."
    assert shown(notes=[note]).count(note) == 1


def test_without_a_champion_the_candidate_stands_alone() -> None:
    text = shown(champion={}, differences={}, cost_difference_per_1000=None, champion_origin=None)
    assert "0.8123 (0.7123–0.9123)" in text
    assert "against the champion" not in text


def test_a_cost_is_written_as_money() -> None:
    assert COST in EVIDENCE["candidate"]
    assert "+12,345.68" in shown(cost_difference_per_1000=estimate(12_345.678))


def test_a_single_day_is_a_sentence_and_more_are_a_table() -> None:
    one = {**EVIDENCE["churn"], "days": [day_of("2026-11-20", 3)]}
    assert "Decisions on the last daily batches" in shown()
    assert "Decisions on the last daily batches" not in shown(churn=one)
    assert "3 would be flagged newly" in shown(churn=one)


def test_where_nothing_was_compared_nothing_is_shown() -> None:
    plan = plan_with({})
    assert evidence_tables(plan) == []
    assert evidence_sentences(plan) == []
