"""The stage leaves its verdict in the execution, and writes nothing unless it is asked to."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from experiments.session import ExperimentSession
from fakes.promotions.production import fake_production
from fakes.studies.tuning import session_in, tuned_in
from foundation.executions import finished_output
from promotion.production import ProductionSession
from promotion.promote import PromoteParams, write_stage_output
from promotion.promote_to_production import promote_to_production


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
