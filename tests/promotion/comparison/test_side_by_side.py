"""Side by side: tables, sentences and evidence of one comparison hold the same figures."""

import json
import re
from datetime import timedelta

import pytest
from rich.console import Console

from catalog.prepared_data import Manifest
from ceap.tables.evidence import evidence_sentences, evidence_tables
from fakes.promotions.promotions import FIRST, planned
from fakes.promotions.side_by_side import DAY, batch_of_a_day, evaluated
from foundation.production.config import sealed
from fraud.metrics.evaluation import COST
from promotion.candidates.candidate import Candidate
from promotion.production import ProductionSession
from promotion.records import Plan, read_record


@pytest.mark.usefixtures("deployed")
def test_what_would_change_is_listed_old_and_new(
    candidate: Candidate, production: ProductionSession
) -> None:
    table = evaluated(candidate, production).difference_table()
    rows = {row["setting"]: (row["champion"], row["candidate"]) for row in table.to_dicts()}
    assert rows["algorithm"] == ("random_forest", "logistic_regression")
    assert rows["n_estimators"] == ("5", "")


@pytest.mark.usefixtures("deployed")
def test_the_evidence_is_what_was_shown_and_survives_json(
    candidate: Candidate, production: ProductionSession
) -> None:
    side_by_side = evaluated(candidate, production)
    evidence = side_by_side.evidence()
    assert json.loads(json.dumps(evidence, allow_nan=False)) == evidence
    old = side_by_side.head_to_head.champion
    assert old is not None
    assert evidence["champion"][COST]["value"] == old.metrics[COST].value
    assert evidence["picked"] == candidate.named
    assert evidence["churn"]["days"] == []
    assert any("simulated" in note for note in evidence["notes"])


def test_its_configuration_can_be_sealed(
    candidate: Candidate, production: ProductionSession
) -> None:
    side_by_side = evaluated(candidate, production)
    config = sealed(promotion_id="promotion-1", **side_by_side.configuration())
    assert config.algorithm == candidate.recorded.model.algorithm
    assert config.metrics["roc_auc"] == side_by_side.head_to_head.candidate.metrics["roc_auc"].value


@pytest.mark.usefixtures("deployed")
def test_who_reads_the_plan_days_later_sees_to_the_digit_what_was_seen(
    candidate: Candidate, production: ProductionSession, manifest: Manifest
) -> None:
    for day in (DAY - timedelta(days=1), DAY):
        batch_of_a_day(production, manifest, day)
    side_by_side = evaluated(candidate, production)
    kept = (
        planned(production, FIRST).model_copy(update={"evidence": side_by_side.evidence()}).sealed()
    )
    plan = read_record(Plan, kept.to_json(), source="the test")

    console = Console(width=400)
    with console.capture() as captured:
        console.print(*evidence_tables(plan))
    shown = captured.get().splitlines()
    lines = [re.split(r"\s*│\s*|\s{2,}", line.strip(" │")) for line in shown]
    for table in (side_by_side.metric_table(), side_by_side.churn_table()):
        for row in table.iter_rows():
            assert [str(cell) for cell in row if str(cell)] in lines

    words = evidence_sentences(plan)
    assert side_by_side.churn.sentence() in words
    assert set(side_by_side.notes()) <= set(words)
    assert sum("it costs" in word and word in side_by_side.sentence() for word in words) == 1
