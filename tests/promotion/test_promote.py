"""A candidate is seen beside the champion on the same rows, and nothing is touched."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from rich.console import Console

from catalog.prepared_data import Manifest, read_manifest
from ceap.tables.evidence import evidence_sentences, evidence_tables
from experiments.session import ExperimentSession
from fakes.champions import FakeCatalog, promoted
from fakes.production import fake_production
from fakes.promotions import FIRST, planned
from fakes.tuning import session_in, tuned_in
from foundation import locations
from foundation.errors import NotFound
from foundation.executions import finished_output
from foundation.production.config import ProductionConfig, sealed
from fraud.features.history import SpendingWindows
from fraud.metrics.costs import Costs
from fraud.metrics.evaluation import COST
from pipeline.data.daily_batch import make_daily_batch
from plots.layout.canvas import png
from promotion.candidates.candidate import Candidate, load_candidate
from promotion.comparison.evaluate_candidate import NO_HISTORY_FEATURES, churn_on_stored_days
from promotion.comparison.side_by_side import SideBySide
from promotion.policy import ChampionTest, Policy
from promotion.production import ProductionSession
from promotion.promote import PromoteParams, side_by_side_with_champion, write_stage_output
from promotion.promote_to_production import promote_to_production
from promotion.records import Plan, read_record

POLICY = Policy(champion=ChampionTest(resamples=100), costs=Costs(review=2.0))
DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> ExperimentSession:
    session = session_in(tmp_path_factory.mktemp("state"))
    tuned_in(session, trials=2)
    return session


@pytest.fixture
def production(tuned: ExperimentSession) -> Iterator[ProductionSession]:
    """An environment with a tuned model; what a test puts there is gone after it."""
    store: Any = tuned.objects
    before = dict(store.objects)
    yield fake_production(objects=store, tracking=tuned.tracking, settings=tuned.settings)
    store.objects = before


@pytest.fixture
def candidate(production: ProductionSession) -> Candidate:
    return load_candidate("", production.tracking)


@pytest.fixture
def catalog(production: ProductionSession) -> FakeCatalog:
    store: Any = production.objects
    return FakeCatalog(store)


@pytest.fixture
def manifest(catalog: FakeCatalog, candidate: Candidate) -> Manifest:
    return read_manifest(catalog.execution, candidate.recorded.data_digest)


@pytest.fixture
def deployed(catalog: FakeCatalog, manifest: Manifest) -> str:
    """Another model behind the endpoint, of the same rows."""
    return catalog.deployed(manifest, catalog.fitted(manifest))


def seen(
    candidate: Candidate, production: ProductionSession, config: ProductionConfig | None = None
) -> SideBySide:
    return side_by_side_with_champion(candidate, config, POLICY, production)


def batch_of_a_day(production: ProductionSession, manifest: Manifest, day: date = DAY) -> None:
    make_daily_batch(
        production.objects, production.settings, day=day, transactions=200,
        data_digest=manifest.data_digest,
    )  # fmt: skip


def told(side_by_side: SideBySide) -> dict[str, tuple[str, str]]:
    return {gate.gate: (gate.verdict, gate.reason) for gate in side_by_side.gates}


def test_without_a_champion_the_candidate_stands_alone(
    candidate: Candidate, production: ProductionSession
) -> None:
    side_by_side = seen(candidate, production)
    assert (side_by_side.champion, side_by_side.head_to_head.comparison) == (None, None)
    assert side_by_side.sentence().startswith("There is no champion to compare it with.")
    assert side_by_side.head_to_head.candidate.metrics["roc_auc"].value > 0.5
    assert told(side_by_side)["champion"][0] == "pass"
    assert side_by_side.metric_table()["champion"].to_list() == [""] * len(
        side_by_side.head_to_head.candidate.metrics
    )
    assert "differences" not in side_by_side.plots


@pytest.mark.usefixtures("deployed")
def test_both_are_measured_on_the_same_test_rows(
    candidate: Candidate, production: ProductionSession
) -> None:
    side_by_side = seen(candidate, production)
    assert side_by_side.head_to_head.champion is not None
    table = {row["metric"]: row for row in side_by_side.metric_table().to_dicts()}
    assert table.keys() == side_by_side.head_to_head.candidate.metrics.keys()
    for metric in ("average_precision", COST):
        gap = (
            side_by_side.head_to_head.candidate.metrics[metric].value
            - side_by_side.head_to_head.champion.metrics[metric].value
        )
        assert float(table[metric]["difference"].split()[0]) == pytest.approx(gap, abs=0.005)
    assert len(side_by_side.head_to_head.test_set.labels) == len(
        side_by_side.head_to_head.champion.scores
    )


@pytest.mark.usefixtures("deployed")
def test_every_gate_answers_the_policys_and_the_comparisons(
    candidate: Candidate, production: ProductionSession
) -> None:
    side_by_side = seen(candidate, production)
    assert {"hyperparameters", "run", "lineage", "floors", "latency", "same data", "champion"} <= (
        told(side_by_side).keys()
    )
    # A small tuning of simulated rows without an exploration: that cannot pass everything.
    assert side_by_side.verdict != "PROMOTE"


@pytest.mark.usefixtures("deployed")
def test_what_would_change_is_listed_old_and_new(
    candidate: Candidate, production: ProductionSession
) -> None:
    table = seen(candidate, production).difference_table()
    rows = {row["setting"]: (row["champion"], row["candidate"]) for row in table.to_dicts()}
    assert rows["algorithm"] == ("random_forest", "logistic_regression")
    assert rows["n_estimators"] == ("5", "")


@pytest.mark.usefixtures("deployed")
def test_looking_changes_nothing(candidate: Candidate, production: ProductionSession) -> None:
    store, tracking = production.objects, production.tracking
    assert hasattr(store, "objects")
    assert hasattr(tracking, "runs")
    before = dict(store.objects), dict(tracking.runs), store.writes
    seen(candidate, production)
    assert (dict(store.objects), dict(tracking.runs), store.writes) == before


def test_a_champion_of_other_rows_is_noted_as_trained_again(
    candidate: Candidate, production: ProductionSession, catalog: FakeCatalog, manifest: Manifest
) -> None:
    other = catalog.prepared(seed=7, is_simulated=manifest.simulated)
    side_by_side = seen(candidate, production, promoted(other))
    assert side_by_side.champion is not None
    assert side_by_side.champion.retrained
    assert any("trained again on these rows" in note for note in side_by_side.notes())
    assert "trained again" in side_by_side.evidence()["champion_origin"]


def test_a_champion_of_another_data_set_is_refused(
    candidate: Candidate, production: ProductionSession, manifest: Manifest
) -> None:
    config = promoted(manifest, lineage={"data": "payments", "data_digest": "b" * 64})
    side_by_side = seen(candidate, production, config)
    assert side_by_side.verdict == "REJECT"
    assert told(side_by_side)["same data"][0] == "fail"
    assert "champion" not in told(side_by_side)


@pytest.mark.usefixtures("deployed")
def test_decisions_about_the_stored_days_are_compared(
    candidate: Candidate, production: ProductionSession, manifest: Manifest
) -> None:
    batch_of_a_day(production, manifest)
    side_by_side = seen(candidate, production)
    [day] = side_by_side.churn.days
    assert (day.day, day.received) == (DAY, 200)
    assert day.after.count > 0
    assert side_by_side.churn_table()["transactions"].to_list() == [day.received - day.set_aside]
    assert {"differences", "precision_recall", "cost", "churn"} <= side_by_side.plots.keys()
    assert all(png(figure).startswith(b"\x89PNG") for figure in side_by_side.plots.values())


def test_decisions_are_compared_with_those_of_the_model_that_serves(
    candidate: Candidate, production: ProductionSession, catalog: FakeCatalog, manifest: Manifest
) -> None:
    other = catalog.prepared(seed=7, is_simulated=manifest.simulated)
    digest = catalog.deployed(other, catalog.fitted(other).with_threshold(0.0))
    batch_of_a_day(production, manifest)
    side_by_side = seen(candidate, production)
    [day] = side_by_side.churn.days
    assert side_by_side.champion is not None
    assert side_by_side.champion.retrained
    assert side_by_side.churn.former == f"the deployed model {digest[:12]}"
    assert day.before.count == day.received - day.set_aside


def test_where_none_serves_decisions_are_compared_with_the_champions(
    candidate: Candidate, production: ProductionSession, manifest: Manifest
) -> None:
    batch_of_a_day(production, manifest)
    assert seen(candidate, production).churn.former == "nothing in production"
    found = seen(candidate, production, promoted(manifest, decision_threshold=0.0))
    assert found.churn.former.startswith("the model of promotion-1")
    assert found.churn.days[0].before.count == found.churn.days[0].received


def test_a_model_that_needs_the_past_is_no_model_for_the_stored_days(
    candidate: Candidate, production: ProductionSession
) -> None:
    past = (SpendingWindows(entity="customer", days=(1,)),)
    needy = replace(candidate, recorded=replace(candidate.recorded, history=past))
    found = churn_on_stored_days(needy, None, POLICY, production)
    assert (found.days, found.problems) == ([], [NO_HISTORY_FEATURES])


@pytest.mark.usefixtures("deployed")
def test_the_evidence_is_what_was_shown_and_survives_json(
    candidate: Candidate, production: ProductionSession
) -> None:
    side_by_side = seen(candidate, production)
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
    side_by_side = seen(candidate, production)
    config = sealed(promotion_id="promotion-1", **side_by_side.configuration())
    assert config.algorithm == candidate.recorded.model.algorithm
    assert config.metrics["roc_auc"] == side_by_side.head_to_head.candidate.metrics["roc_auc"].value


def test_data_that_is_gone_is_refused(
    candidate: Candidate, production: ProductionSession, manifest: Manifest
) -> None:
    store: Any = production.objects
    del store.objects[production.settings.data_bucket, locations.manifest_key(manifest.data_digest)]
    with pytest.raises(NotFound):
        seen(candidate, production)


def test_a_dry_run_leaves_its_verdict_and_nothing_else(
    tuned: ExperimentSession, production: ProductionSession
) -> None:
    found = promote_to_production("", reason="to see", dry_run=True, production=production)
    store: Any = production.objects
    before = dict(store.objects)
    output = write_stage_output(found, tuned.execution)
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
    candidate: Candidate, production: ProductionSession, manifest: Manifest
) -> None:
    for day in (DAY - timedelta(days=1), DAY):
        batch_of_a_day(production, manifest, day)
    side_by_side = seen(candidate, production)
    kept = (
        planned(production, FIRST).model_copy(update={"evidence": side_by_side.evidence()}).sealed()
    )
    plan = read_record(Plan, kept.to_json(), source="the test")

    console = Console(width=220)
    with console.capture() as captured:
        console.print(*evidence_tables(plan))
    lines = [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in captured.get().splitlines()
    ]
    for table in (side_by_side.metric_table(), side_by_side.churn_table()):
        for row in table.iter_rows():
            assert [str(cell) for cell in row] in lines

    words = evidence_sentences(plan)
    assert side_by_side.churn.sentence() in words
    assert set(side_by_side.notes()) <= set(words)
    assert sum("it costs" in word and word in side_by_side.sentence() for word in words) == 1
