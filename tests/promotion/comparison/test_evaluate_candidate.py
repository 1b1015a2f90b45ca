"""A candidate is evaluated beside the champion on the same rows, and nothing is touched."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.prepared_data import Manifest
from fakes.promotions.champions import FakeCatalog, promoted
from fakes.promotions.side_by_side import DAY, POLICY, batch_of_a_day, evaluated, verdicts
from foundation import locations
from foundation.errors import NotFound
from foundation.settings import project_root
from fraud.features.history import SpendingWindows
from fraud.metrics.evaluation import COST
from fraud.metrics.names import metric_name
from plots.layout.canvas import png
from promotion.candidates.candidate import Candidate
from promotion.comparison.evaluate_candidate import NO_HISTORY_FEATURES, churn_on_stored_days
from promotion.production import ProductionSession


def test_without_a_champion_the_candidate_stands_alone(
    candidate: Candidate, production: ProductionSession
) -> None:
    side_by_side = evaluated(candidate, production)
    assert (side_by_side.champion, side_by_side.head_to_head.comparison) == (None, None)
    assert side_by_side.sentence().startswith("There is no champion to compare it with.")
    assert side_by_side.head_to_head.candidate.metrics["roc_auc"].value > 0.5
    assert verdicts(side_by_side)["champion"][0] == "pass"
    assert side_by_side.metric_table()["champion"].to_list() == [""] * len(
        side_by_side.head_to_head.candidate.metrics
    )
    assert "differences" not in side_by_side.plots


@pytest.mark.usefixtures("deployed")
def test_both_are_measured_on_the_same_test_rows(
    candidate: Candidate, production: ProductionSession
) -> None:
    side_by_side = evaluated(candidate, production)
    assert side_by_side.head_to_head.champion is not None
    table = {row["metric"]: row for row in side_by_side.metric_table().to_dicts()}
    measured = side_by_side.head_to_head.candidate.metrics
    assert [*table] == [metric_name(metric) for metric in measured]
    for metric in ("average_precision", COST):
        gap = (
            side_by_side.head_to_head.candidate.metrics[metric].value
            - side_by_side.head_to_head.champion.metrics[metric].value
        )
        assert float(table[metric_name(metric)]["difference"].split()[0]) == pytest.approx(
            gap, abs=0.005
        )
    assert len(side_by_side.head_to_head.test_set.labels) == len(
        side_by_side.head_to_head.champion.scores
    )


@pytest.mark.usefixtures("deployed")
def test_every_gate_answers_the_policys_and_the_comparisons(
    candidate: Candidate, production: ProductionSession
) -> None:
    side_by_side = evaluated(candidate, production)
    assert {"hyperparameters", "run", "lineage", "floors", "latency", "same data", "champion"} <= (
        verdicts(side_by_side).keys()
    )
    # A small tuning of simulated rows without an exploration: that cannot pass everything.
    assert side_by_side.verdict != "PROMOTE"


@pytest.mark.usefixtures("deployed")
def test_evaluating_changes_nothing(candidate: Candidate, production: ProductionSession) -> None:
    store, tracking = production.objects, production.tracking
    assert hasattr(store, "objects")
    assert hasattr(tracking, "runs")
    before = dict(store.objects), dict(tracking.runs), store.writes
    evaluated(candidate, production)
    assert (dict(store.objects), dict(tracking.runs), store.writes) == before


def test_a_champion_of_other_rows_is_noted_as_trained_again(
    candidate: Candidate, production: ProductionSession, catalog: FakeCatalog, manifest: Manifest
) -> None:
    other = catalog.prepared(seed=7, is_simulated=manifest.simulated)
    side_by_side = evaluated(candidate, production, promoted(other))
    assert side_by_side.champion is not None
    assert side_by_side.champion.retrained
    assert any("trained again on these rows" in note for note in side_by_side.notes())
    assert "trained again" in side_by_side.evidence()["champion_origin"]


def test_a_champion_of_another_data_set_is_refused(
    candidate: Candidate, production: ProductionSession, manifest: Manifest
) -> None:
    config = promoted(manifest, lineage={"data": "payments", "data_digest": "b" * 64})
    side_by_side = evaluated(candidate, production, config)
    assert side_by_side.verdict == "REJECT"
    assert verdicts(side_by_side)["same data"][0] == "fail"
    assert "champion" not in verdicts(side_by_side)


@pytest.mark.usefixtures("deployed")
def test_decisions_about_the_stored_days_are_compared(
    candidate: Candidate, production: ProductionSession, manifest: Manifest
) -> None:
    batch_of_a_day(production, manifest)
    side_by_side = evaluated(candidate, production)
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
    side_by_side = evaluated(candidate, production)
    [day] = side_by_side.churn.days
    assert side_by_side.champion is not None
    assert side_by_side.champion.retrained
    assert side_by_side.churn.former == f"the deployed model {digest[:12]}"
    assert day.before.count == day.received - day.set_aside


def test_where_none_serves_decisions_are_compared_with_the_champions(
    candidate: Candidate, production: ProductionSession, manifest: Manifest
) -> None:
    batch_of_a_day(production, manifest)
    assert evaluated(candidate, production).churn.former == "nothing in production"
    found = evaluated(candidate, production, promoted(manifest, decision_threshold=0.0))
    assert found.churn.former.startswith("the model of promotion-1")
    assert found.churn.days[0].before.count == found.churn.days[0].received


def test_a_threshold_that_a_person_set_decides_and_the_plan_says_so(
    candidate: Candidate,
    production: ProductionSession,
    manifest: Manifest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch_of_a_day(production, manifest)
    own = evaluated(candidate, production)
    assert not any("alert.yaml" in note for note in own.notes())
    for folder in ("params", "notebooks"):
        shutil.copytree(project_root() / folder, tmp_path / folder)
    (tmp_path / "params" / "inference" / "alert.yaml").write_text("threshold: 0.0\n")
    monkeypatch.setenv("CEAP_PROJECT", str(tmp_path))
    found = evaluated(candidate, production)
    assert found.churn.total("after").count == found.churn.days[0].received
    set_by = "at threshold 0.000, set in params/inference/alert.yaml"
    assert set_by in found.sentence()
    assert any(note.startswith(f"Production alerts {set_by}") for note in found.notes())
    assert found.evidence()["churn"]["override"] == 0.0


def test_a_model_that_needs_the_past_is_no_model_for_the_stored_days(
    candidate: Candidate, production: ProductionSession
) -> None:
    past = (SpendingWindows(entity="customer", days=(1,)),)
    needy = replace(candidate, recorded=replace(candidate.recorded, history=past))
    found = churn_on_stored_days(needy, None, POLICY, production)
    assert (found.days, found.problems) == ([], [NO_HISTORY_FEATURES])


def test_data_that_is_gone_is_refused(
    candidate: Candidate, production: ProductionSession, manifest: Manifest
) -> None:
    store: Any = production.objects
    del store.objects[production.settings.data_bucket, locations.manifest_key(manifest.data_digest)]
    with pytest.raises(NotFound):
        evaluated(candidate, production)
