"""What a scheduled search found is proposed to people, or promoted where the policy says so."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from experiments.session import ExperimentSession
from fakes.ports.object_store import FakeObjectStore
from fakes.ports.topic import FakeTopic
from fakes.promotions.candidates import CLEAN, COMMITTED, explored
from fakes.promotions.production import fake_production
from fakes.studies.tuning import session_in, tuned_in
from foundation.executions import Execution
from foundation.settings import project_root
from promotion.comparison.churn import NO_DAYS
from promotion.production import ProductionSession
from promotion.protocol.state import current_promotion
from promotion.scheduled_tuning import propose_on_schedule
from promotion.verify.verification import verify


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> ExperimentSession:
    session = session_in(tmp_path_factory.mktemp("state"))
    run_id = tuned_in(session, trials=2).run_id or ""
    tracking: Any = session.tracking
    run = tracking.runs[run_id]
    tracking.runs[run_id] = run.model_copy(update={"tags": run.tags | COMMITTED})
    explored(tracking, run.tags["data_digest"], CLEAN)
    return session


@pytest.fixture
def production(tuned: ExperimentSession) -> ProductionSession:
    return fake_production(objects=tuned.objects, tracking=tuned.tracking, settings=tuned.settings)


@pytest.fixture
def execution(production: ProductionSession) -> Execution:
    return Execution("interactive-retune", production.objects, production.settings)


def by_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work by a policy that lets a schedule promote."""
    shutil.copytree(project_root() / "params", folder / "params")
    path = folder / "params/promotion/policy.yaml"
    policy = path.read_text()
    changed = policy.replace("promote_by_itself: false", "promote_by_itself: true")
    assert changed != policy
    path.write_text(changed)
    monkeypatch.setenv("CEAP_PROJECT", str(folder))


def test_it_is_proposed_and_people_are_told_how_to_carry_it_out(
    execution: Execution, production: ProductionSession
) -> None:
    topic = FakeTopic()
    found = propose_on_schedule(execution, production=production, topic=topic)
    [message] = topic.delivered

    assert (found.status, found.verdict) == ("planned", "PROMOTE")
    assert current_promotion(production) is None
    assert f"ceap promote {found.plan.run.run_id}" in message.body
    assert message.subject.startswith("PROMOTE")
    assert message.body.count("PASS") == len(found.plan.gates)
    assert message.body.count(NO_DAYS) == 1


def test_it_is_promoted_by_itself_only_where_the_policy_says_so(
    execution: Execution,
    production: ProductionSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_itself(tmp_path, monkeypatch)
    topic = FakeTopic()
    found = propose_on_schedule(execution, production=production, topic=topic)

    assert found.status == "promoted"
    assert current_promotion(production) == found.promotion_id
    assert "ceap promote" not in topic.delivered[0].body


def test_an_attempt_that_was_killed_is_finished_by_the_next(
    execution: Execution,
    production: ProductionSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    by_itself(tmp_path, monkeypatch)
    other = fake_production(
        objects=FakeObjectStore(), tracking=production.tracking, settings=production.settings
    )
    other.objects.objects.update(production.objects.objects)  # type: ignore[attr-defined]
    for key in list(other.objects.objects):  # type: ignore[attr-defined]
        if key[0] == other.bucket:
            del other.objects.objects[key]  # type: ignore[attr-defined]

    def stop(step: str) -> None:
        if step == "projecting to Parameter Store":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        propose_on_schedule(execution, production=other, topic=FakeTopic(), on_step=stop)
    again = propose_on_schedule(execution, production=other, topic=FakeTopic())

    assert again.status == "unchanged"
    assert verify(other) == []
