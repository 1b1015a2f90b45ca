"""From the name of an experiment to production: planned, refused, forced, proposed or done."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from catalog.model_archive import load_model
from experiments.session import ExperimentSession
from fakes.promotions.candidates import CLEAN, COMMITTED, NEVER_COMMITTED, explored
from fakes.promotions.production import fake_production
from fakes.promotions.promotions import FIRST
from fakes.promotions.stops import stopped
from fakes.studies.tuning import session_in, tuned_in
from foundation import locations
from foundation.errors import InvalidParams
from foundation.executions import Execution
from foundation.production.config import read_production_config
from foundation.production.freeze import Freeze, Frozen
from promotion import promote_to_production
from promotion.audit.trail import AuditTrail
from promotion.production import ProductionSession
from promotion.refusals import PromotionRefused

WHY = {"reason": "less fraud missed"}


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> ExperimentSession:
    """A tuned model of a clean commit, whose data was explored."""
    session = session_in(tmp_path_factory.mktemp("state"))
    run_id = tuned_in(session, trials=2).run_id or ""
    tracking: Any = session.tracking
    run = tracking.runs[run_id]
    tracking.runs[run_id] = run.model_copy(update={"tags": run.tags | COMMITTED})
    explored(tracking, run.tags["data_digest"], CLEAN)
    return session


@pytest.fixture
def production(tuned: ExperimentSession) -> ProductionSession:
    store, tracking = copy.copy(tuned.objects), copy.deepcopy(tuned.tracking)
    store.objects = dict(tuned.objects.objects)  # type: ignore[attr-defined]
    return fake_production(objects=store, tracking=tracking, settings=tuned.settings)


def everything(production: ProductionSession) -> Any:
    place: Any = production
    return copy.deepcopy(
        [place.objects.objects, place.parameters.values, place.registry.__dict__,
         place.tracking.runs]
    )  # fmt: skip


def kinds(production: ProductionSession) -> list[str]:
    trail = AuditTrail(production.objects, production.bucket, production.signer)
    return [entry.event.kind for entry in trail.entries()]


def test_a_dry_run_plans_everything_and_changes_nothing(production: ProductionSession) -> None:
    before = everything(production)
    found = promote_to_production(reason="", dry_run=True, production=production)

    assert everything(production) == before
    assert (found.status, found.verdict) == ("planned", "PROMOTE")
    places = [write.place for write in found.plan.writes]
    assert any(place.endswith(locations.PRODUCTION_CONFIG) for place in places)
    assert any(locations.HYPERPARAMETERS in place for place in places)


def test_what_passes_every_gate_is_what_production_trains_then(
    production: ProductionSession,
) -> None:
    found = promote_to_production(**WHY, production=production)
    config = read_production_config(production.objects, production.settings)

    assert found.status == "promoted"
    assert config == found.plan.config
    assert kinds(production) == ["promoted"]
    execution = Execution("interactive-test", production.objects, production.settings)
    kept = load_model(execution, str(config.model_digest))  # type: ignore[union-attr]
    golden = kept.metadata.golden
    golden.require_scores(kept.model.scores(golden.matrix()), source="The promoted model")


def test_promoting_it_again_is_no_promotion(production: ProductionSession) -> None:
    promote_to_production(**WHY, production=production)
    before = everything(production)
    again = promote_to_production(**WHY, production=production)

    assert again.status == "unchanged"
    assert "already" in again.sentence()
    assert everything(production) == before


def test_a_candidate_that_a_gate_refuses_changes_nothing(
    production: ProductionSession, tuned: ExperimentSession
) -> None:
    dirty(production)
    with pytest.raises(PromotionRefused, match=r"REJECT.*\n.*lineage") as caught:
        promote_to_production(**WHY, production=production)

    assert [gate.gate for gate in caught.value.gates] == ["lineage"]
    assert read_production_config(production.objects, production.settings) is None
    assert kinds(production) == []


def test_force_needs_a_reason_and_somebody_else_who_agreed(production: ProductionSession) -> None:
    with pytest.raises(InvalidParams) as nobody:
        promote_to_production(reason=" ", force=True, production=production)
    with pytest.raises(InvalidParams, match="somebody else"):
        promote_to_production(**WHY, force=True, approved_by=production.who, production=production)
    assert len(nobody.value.problems) == 2


@pytest.mark.parametrize("reason", ["caf\udce9", ""])
def test_a_reason_that_cannot_be_kept_is_refused_at_once(
    production: ProductionSession, reason: str
) -> None:
    with pytest.raises(InvalidParams, match="reason"):
        promote_to_production(reason=reason, production=production)


def test_while_production_is_frozen_not_even_a_model_is_kept(production: ProductionSession) -> None:
    store: Any = production.objects
    frozen = Freeze(reason="audit", by="eve", at=datetime(2026, 11, 21, tzinfo=UTC))
    store.write(production.bucket, locations.FREEZE, frozen.to_json())
    before = everything(production)

    with pytest.raises(Frozen):
        promote_to_production(**WHY, production=production)

    assert everything(production) == before


def test_what_was_forced_is_remembered_with_what_the_gates_said(
    production: ProductionSession,
) -> None:
    dirty(production)
    promote_to_production(**WHY, force=True, approved_by="grace", production=production)
    [entry] = AuditTrail(production.objects, production.bucket, production.signer).entries()

    assert entry.event.forced
    assert (entry.event.verdict, entry.event.approved_by) == ("REJECT", "grace")
    assert [gate.gate for gate in entry.event.gates if gate.verdict == "fail"] == ["lineage"]


def test_force_that_was_not_needed_is_not_called_force(production: ProductionSession) -> None:
    found = promote_to_production(**WHY, force=True, approved_by="grace", production=production)
    assert not found.plan.forced


def test_a_refused_candidate_has_been_looked_at_all_the_same(production: ProductionSession) -> None:
    tracking: Any = production.tracking
    dirty(production)
    run_id = newest_study(production)
    without = {n: v for n, v in tracking.runs[run_id].metrics.items() if "test_" not in n}
    tracking.runs[run_id] = tracking.runs[run_id].model_copy(update={"metrics": without})
    with pytest.raises(PromotionRefused):
        promote_to_production(**WHY, production=production)
    assert "test_average_precision" in tracking.runs[run_id].metrics


def test_what_a_crash_left_is_finished_before_the_next_is_judged(
    production: ProductionSession,
) -> None:
    """Else its list of writes would be of values that are not there any more."""
    left = stopped(production, FIRST, "projecting to Parameter Store")

    found = promote_to_production(**WHY, force=True, approved_by="grace", production=production)

    assert found.status == "promoted"
    assert found.plan.config.follows == left.promotion_id
    assert kinds(production) == ["promoted", "promoted"]


def dirty(production: ProductionSession) -> None:
    """As if the study's code had never been committed."""
    tracking: Any = production.tracking
    run_id = newest_study(production)
    run = tracking.runs[run_id]
    tracking.runs[run_id] = run.model_copy(update={"tags": run.tags | NEVER_COMMITTED})


def newest_study(production: ProductionSession) -> str:
    return production.tracking.find(["tuning"], "tags.kind = 'study'", limit=1)[0].run_id
