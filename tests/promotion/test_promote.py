"""A candidate is seen beside the champion on the same rows, and nothing is touched."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from rich.console import Console

from catalog.prepared_data import Manifest, read_manifest
from ceap.tables.evidence import evidence_tables, evidence_words
from experiments.session import Workshop
from fakes.champions import Town, promoted
from fakes.production import fake_production
from fakes.promotions import FIRST, planned
from fakes.tuning import tuned_in, workshop_in
from foundation import locations
from foundation.errors import NotFound
from foundation.executions import finished_output
from foundation.production.config import ProductionConfig, sealed
from fraud.features.history import SpendingWindows
from fraud.metrics.costs import Costs
from fraud.metrics.evaluation import COST
from pipeline.data.daily_batch import daily_batch
from plots.layout.canvas import png
from promotion.candidates.candidate import Candidate, candidate_named
from promotion.comparison.evaluate_candidate import NO_PAST, stored_days
from promotion.comparison.side_by_side import SideBySide
from promotion.policy import ChampionTest, Policy
from promotion.production import Production
from promotion.promote import PromoteParams, beside_champion, finish
from promotion.promote_to_production import promote_to_production
from promotion.records import Plan, read_record

POLICY = Policy(champion=ChampionTest(resamples=100), costs=Costs(review=2.0))
DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    workshop = workshop_in(tmp_path_factory.mktemp("state"))
    tuned_in(workshop, trials=2)
    return workshop


@pytest.fixture
def production(tuned: Workshop) -> Iterator[Production]:
    """An environment with a tuned model; what a test puts there is gone after it."""
    store: Any = tuned.objects
    before = dict(store.objects)
    yield fake_production(objects=store, tracking=tuned.tracking, settings=tuned.settings)
    store.objects = before


@pytest.fixture
def candidate(production: Production) -> Candidate:
    return candidate_named("", production.tracking)


@pytest.fixture
def town(production: Production) -> Town:
    store: Any = production.objects
    return Town(store)


@pytest.fixture
def manifest(town: Town, candidate: Candidate) -> Manifest:
    return read_manifest(town.execution, candidate.recorded.data_digest)


@pytest.fixture
def deployed(town: Town, manifest: Manifest) -> str:
    """Another model behind the endpoint, of the same rows."""
    return town.deployed(manifest, town.fitted(manifest))


def seen(
    candidate: Candidate, production: Production, config: ProductionConfig | None = None
) -> SideBySide:
    return beside_champion(candidate, config, POLICY, production)


def batch_of_a_day(production: Production, manifest: Manifest, day: date = DAY) -> None:
    daily_batch(
        production.objects, production.settings, day=day, transactions=200,
        data_digest=manifest.data_digest,
    )  # fmt: skip


def told(beside: SideBySide) -> dict[str, tuple[str, str]]:
    return {gate.gate: (gate.verdict, gate.reason) for gate in beside.gates}


def test_without_a_champion_the_candidate_stands_alone(
    candidate: Candidate, production: Production
) -> None:
    beside = seen(candidate, production)
    assert (beside.champion, beside.meeting.compared) == (None, None)
    assert beside.sentence().startswith("There is no champion to compare it with.")
    assert beside.meeting.new.metrics["roc_auc"].value > 0.5
    assert told(beside)["champion"][0] == "pass"
    assert beside.metric_table()["champion"].to_list() == [""] * len(beside.meeting.new.metrics)
    assert "differences" not in beside.plots


@pytest.mark.usefixtures("deployed")
def test_both_are_measured_on_the_same_test_rows(
    candidate: Candidate, production: Production
) -> None:
    beside = seen(candidate, production)
    assert beside.meeting.old is not None
    table = {row["metric"]: row for row in beside.metric_table().to_dicts()}
    assert table.keys() == beside.meeting.new.metrics.keys()
    for metric in ("average_precision", COST):
        gap = beside.meeting.new.metrics[metric].value - beside.meeting.old.metrics[metric].value
        assert float(table[metric]["difference"].split()[0]) == pytest.approx(gap, abs=0.005)
    assert len(beside.meeting.rows.labels) == len(beside.meeting.old.scores)


@pytest.mark.usefixtures("deployed")
def test_every_gate_answers_the_policys_and_the_comparisons(
    candidate: Candidate, production: Production
) -> None:
    beside = seen(candidate, production)
    assert {"hyperparameters", "run", "lineage", "floors", "latency", "same data", "champion"} <= (
        told(beside).keys()
    )
    # A small tuning of simulated rows without an exploration: that cannot pass everything.
    assert beside.verdict != "PROMOTE"


@pytest.mark.usefixtures("deployed")
def test_what_would_change_is_listed_old_and_new(
    candidate: Candidate, production: Production
) -> None:
    table = seen(candidate, production).difference_table()
    rows = {row["setting"]: (row["champion"], row["candidate"]) for row in table.to_dicts()}
    assert rows["algorithm"] == ("random_forest", "logistic_regression")
    assert rows["n_estimators"] == ("5", "")


@pytest.mark.usefixtures("deployed")
def test_looking_changes_nothing(candidate: Candidate, production: Production) -> None:
    store, tracking = production.objects, production.tracking
    assert hasattr(store, "objects")
    assert hasattr(tracking, "runs")
    before = dict(store.objects), dict(tracking.runs), store.writes
    seen(candidate, production)
    assert (dict(store.objects), dict(tracking.runs), store.writes) == before


def test_a_champion_of_other_rows_is_noted_as_trained_again(
    candidate: Candidate, production: Production, town: Town, manifest: Manifest
) -> None:
    other = town.prepared(seed=7, is_simulated=manifest.simulated)
    beside = seen(candidate, production, promoted(other))
    assert beside.champion is not None
    assert beside.champion.retrained
    assert any("trained again on these rows" in note for note in beside.notes())
    assert "trained again" in beside.evidence()["champion_origin"]


def test_a_champion_of_another_data_set_is_refused(
    candidate: Candidate, production: Production, manifest: Manifest
) -> None:
    config = promoted(manifest, lineage={"data": "payments", "data_digest": "b" * 64})
    beside = seen(candidate, production, config)
    assert beside.verdict == "REJECT"
    assert told(beside)["same data"][0] == "fail"
    assert "champion" not in told(beside)


@pytest.mark.usefixtures("deployed")
def test_decisions_about_the_stored_days_are_compared(
    candidate: Candidate, production: Production, manifest: Manifest
) -> None:
    batch_of_a_day(production, manifest)
    beside = seen(candidate, production)
    [day] = beside.churn.days
    assert (day.day, day.received) == (DAY, 200)
    assert day.after.count > 0
    assert beside.churn_table()["transactions"].to_list() == [day.received - day.set_aside]
    assert {"differences", "precision_recall", "cost", "churn"} <= beside.plots.keys()
    assert all(png(figure).startswith(b"\x89PNG") for figure in beside.plots.values())


def test_decisions_are_compared_with_those_of_the_model_that_serves(
    candidate: Candidate, production: Production, town: Town, manifest: Manifest
) -> None:
    other = town.prepared(seed=7, is_simulated=manifest.simulated)
    digest = town.deployed(other, town.fitted(other).with_threshold(0.0))
    batch_of_a_day(production, manifest)
    beside = seen(candidate, production)
    [day] = beside.churn.days
    assert beside.champion is not None
    assert beside.champion.retrained
    assert beside.churn.former == f"the deployed model {digest[:12]}"
    assert day.before.count == day.received - day.set_aside


def test_where_none_serves_decisions_are_compared_with_the_champions(
    candidate: Candidate, production: Production, manifest: Manifest
) -> None:
    batch_of_a_day(production, manifest)
    assert seen(candidate, production).churn.former == "nothing in production"
    found = seen(candidate, production, promoted(manifest, decision_threshold=0.0))
    assert found.churn.former.startswith("the model of promotion-1")
    assert found.churn.days[0].before.count == found.churn.days[0].received


def test_a_model_that_needs_the_past_is_no_model_for_the_stored_days(
    candidate: Candidate, production: Production
) -> None:
    past = (SpendingWindows(entity="customer", days=(1,)),)
    needy = replace(candidate, recorded=replace(candidate.recorded, history=past))
    found = stored_days(needy, None, POLICY, production)
    assert (found.days, found.problems) == ([], [NO_PAST])


@pytest.mark.usefixtures("deployed")
def test_the_evidence_is_what_was_shown_and_survives_json(
    candidate: Candidate, production: Production
) -> None:
    beside = seen(candidate, production)
    evidence = beside.evidence()
    assert json.loads(json.dumps(evidence, allow_nan=False)) == evidence
    old = beside.meeting.old
    assert old is not None
    assert evidence["champion"][COST]["value"] == old.metrics[COST].value
    assert evidence["picked"] == candidate.named
    assert evidence["churn"]["days"] == []
    assert any("simulated" in note for note in evidence["notes"])


def test_its_configuration_can_be_sealed(candidate: Candidate, production: Production) -> None:
    beside = seen(candidate, production)
    config = sealed(promotion_id="promotion-1", **beside.configuration())
    assert config.algorithm == candidate.recorded.model.algorithm
    assert config.metrics["roc_auc"] == beside.meeting.new.metrics["roc_auc"].value


def test_data_that_is_gone_is_refused(
    candidate: Candidate, production: Production, manifest: Manifest
) -> None:
    store: Any = production.objects
    del store.objects[production.settings.data_bucket, locations.manifest(manifest.data_digest)]
    with pytest.raises(NotFound):
        seen(candidate, production)


def test_a_dry_run_leaves_its_verdict_and_nothing_else(
    tuned: Workshop, production: Production
) -> None:
    found = promote_to_production("", reason="to see", dry_run=True, production=production)
    store: Any = production.objects
    before = dict(store.objects)
    output = finish(found, tuned.execution)
    assert (output.status, output.reason, output.verdict) == ("planned", "to see", found.verdict)
    assert output.train_command.startswith("ceap run training")
    left = finished_output(tuned.execution.id, "promote", production.objects, production.settings)
    assert left is not None
    assert left.result["evidence"] == json.loads(json.dumps(found.plan.evidence))
    assert len(store.objects) == len(before) + 1


def test_the_notebook_writes_nothing_unless_it_is_told_to() -> None:
    assert PromoteParams().dry_run
    assert not PromoteParams().retrain


@pytest.mark.usefixtures("deployed")
def test_who_reads_the_plan_days_later_sees_to_the_digit_what_was_seen(
    candidate: Candidate, production: Production, manifest: Manifest
) -> None:
    for day in (DAY - timedelta(days=1), DAY):
        batch_of_a_day(production, manifest, day)
    beside = seen(candidate, production)
    kept = planned(production, FIRST).model_copy(update={"evidence": beside.evidence()}).sealed()
    plan = read_record(Plan, kept.to_json(), source="the test")

    console = Console(width=220)
    with console.capture() as captured:
        console.print(*evidence_tables(plan))
    lines = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in captured.get().splitlines()
    ]
    for table in (beside.metric_table(), beside.churn_table()):
        for row in table.iter_rows():
            assert [str(cell) for cell in row] in lines

    words = evidence_words(plan)
    assert beside.churn.sentence() in words
    assert set(beside.notes()) <= set(words)
    assert sum("it costs" in word and word in beside.sentence() for word in words) == 1
